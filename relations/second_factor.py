"""Users who need a second factor."""

from django_otp.plugins.otp_totp.models import TOTPDevice

from relations import workflow


def enrolled(user) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def needs_second_factor(user) -> bool:
    """Whether the user needs a second factor: users who may publish or change accounts, and users
    who have enrolled."""
    return (
        user.is_superuser
        or user.has_perm(workflow.PUBLISH)
        or user.has_perm("auth.change_user")
        or enrolled(user)
    )


def lacks_second_factor(user) -> bool:
    """Whether the user has given a password but still has to enter the code."""
    return not user.is_verified() and needs_second_factor(user)
