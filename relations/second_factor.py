"""For whom a password alone does not do."""

from django_otp.plugins.otp_totp.models import TOTPDevice

from relations import workflow


def enrolled(user) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def needs_second_factor(user) -> bool:
    """Whether a password alone does not do: for those who publish or keep accounts, and for who
    has enrolled of their own will."""
    return (
        user.is_superuser
        or user.has_perm(workflow.PUBLISH)
        or user.has_perm("auth.change_user")
        or enrolled(user)
    )


def lacks_second_factor(user) -> bool:
    """Whether somebody has given a password, and the code is still to come."""
    return not user.is_verified() and needs_second_factor(user)
