"""TODO"""

from treaties.importers.grouped import GroupedTreaties


class TreatyParties(GroupedTreaties):
    pass
