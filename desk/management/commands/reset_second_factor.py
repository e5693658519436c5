"""Remove a person's second factor, after a phone and the recovery codes are lost."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from desk.signin import remove_second_factor


class Command(BaseCommand):
    help = "Remove the second factor of an account; its user sets up a new one at the next sign-in."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”.")
        done = remove_second_factor(user)
        self.stdout.write("Second factor removed." if done else "The account has no second factor.")
