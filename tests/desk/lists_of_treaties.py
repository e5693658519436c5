"""Small hand-made lists of treaties that tests change: a mapping and rows of each. Those in the
layouts of public lists are in docs/examples."""

SOURCE = """
[source]
slug = "{name}"
title = "A list of treaties"
kind = "official"
"""


def _mapping(name: str, top: str, tables: str) -> str:
    return f'name = "{name}"\n{top}\n{SOURCE.format(name=name)}\n{tables}'


# One row for each participant and action, as in lists of depositaries.
DEPOSITARY = (
    _mapping(
        "depositary",
        'kind = "treaty"\ngroup = "No"',
        """
[columns]
title = "Title"
signature = "Adopted"
entry_into_force = "In force"
[steps]
party = "Participant"
type = "Action"
date = "Date"
effective = "Effect"
place = "Place"
[formats]
date = "%d/%m/%Y"
effective = "%d/%m/%Y"
[values.step]
"Signature" = "signature"
"Ratification" = "ratification"
"Accession" = "accession"
"Participation" = ""
""",
    ),
    [
        "No,Title,Adopted,In force,Participant,Action,Date,Effect,Place",
        "I-5,Convention on lighthouses,1981-03-01,1984-06-01,Finland,Signature,01/03/1981,,Oslo",
        "I-5,Convention on lighthouses,1981-03-01,,Finland,Ratification,04/05/1983,01/06/1984,Oslo",
        "II/7,Agreement on herring,,1990,European Union,Accession,07/08/1995,01/01/1996,",
        "I-5,,,,Norway,Ratification,09/02/1984,,",
        "II/7,Agreement on herring,1989,,Iceland,Participation,,,",
        "II/7,,,,Norway,Signature,11/12/1989,,",
        "I-5,Convention on lighthouses,,,Estonia,Accession,20/01/1994,,",
    ],
)

# Signed and ratified in several capitals.
CAPITALS = (
    _mapping(
        "capitals",
        'kind = "treaty"\ngroup = "Treaty"',
        """
[columns]
title = "Treaty"
[party]
name = "State"
signature = [
  { date = "Signed in London", constants = { place = "London" } },
  { date = "Signed in Moscow", constants = { place = "Moscow" } },
  { date = "Signed in Washington", constants = { place = "Washington" } },
]
ratification = [
  { date = "Deposited in London", constants = { place = "London" } },
  { date = "Deposited in Moscow", constants = { place = "Moscow" } },
]
withdrawal = { date = "Notice", effective = "Left" }
reservation = { text = "Reservation" }
""",
    ),
    [
        "Treaty,State,Signed in London,Signed in Moscow,Signed in Washington,"
        "Deposited in London,Deposited in Moscow,Notice,Left,Reservation",
        "Treaty on the seabed,Soviet Union,1971-02-11,1971-02-11,1971-02-12,,1972-05-18,,,",
        "Treaty on the seabed,Canada,1971-02-11,1971-02-11,,1972-05-17,1972-05-18,"
        "2003-01-10,2003-04-10,Article 3 does not apply",
        "Treaty on the seabed,Japan,,,1971-02-11,1971-06-21,1971-06-21,,,",
    ],
)

# Several rows for each party, as in tables by year: only the dates count.
YEARS = (
    _mapping(
        "years",
        'kind = "treaty"\ngroup = ["Treaty", "Version"]',
        """
[columns]
title = "Title"
signature = "Year of treaty"
[party]
name = "Country"
ratification = "Ratified"
""",
    ),
    [
        "Treaty,Version,Title,Year of treaty,Country,Year,Ratified",
        "7,1,Convention on consuls,1963,Ghana,1963,1963-10-04",
        "7,1,Convention on consuls,1963,Ghana,1964,1963-10-04",
        "7,2,Protocol on consuls,1970,Ghana,1970,",
        "7,1,Convention on consuls,1963,Kenya,1965,1965-07-01",
        "7,2,Protocol on consuls,1970,Kenya,1970,1971",
        "7,1,Convention on consuls,1963,Kenya,1966,1965-07-01",
    ],
)

# A row for each pair of parties.
DYADS = (
    _mapping(
        "dyads",
        'kind = "treaty"\ngroup = "ID"',
        """
[columns]
title = "Name"
signature = "Year"
parties = ["A", "B"]
""",
    ),
    [
        "ID,Name,Year,A,B",
        "9,Pact of friendship,1955,Turkey,Iraq",
        "8,Pact of trade,1950,France,Spain",
        "9,Pact of friendship,1955,Iraq,Pakistan",
        "9,Pact of friendship,1955,Turkey,Pakistan",
    ],
)

# A list of treaties without parties, and a second list with the parties to them.
REGISTER = (
    _mapping(
        "register",
        'kind = "treaty"\nid = "Number"\nparties_follow = true',
        """
[columns]
title = "Title"
signature = "Date"
""",
    ),
    [
        "Number,Title,Date",
        "1/12,Agreement on canals,1995-02-03",
        "11/2,Convention on ports,1996",
    ],
)
PARTICIPANTS = (
    _mapping(
        "participants",
        'kind = "treaty_party"\nlist = "register"',
        """
[columns]
treaty = "Treaty"
[party]
name = "Participant"
ratification = "Ratified"
""",
    ),
    [
        "Treaty,Participant,Ratified",
        "1/12,France,1996-01-01",
        "11/2,France,1997",
        "11/2,Spain,1998-05-06",
        "1/12,Kazakhstan,",
        "11/2,Norway,1998-07-08",
    ],
)
