"""Texts of the tests of extraction and of the workbench."""

# A communiqué with an event, two visits, a treaty with its signature, and a figure.
COMMUNIQUE = """Joint communiqué on the talks in Baku

Baku, 12 March 2031

On 11 March 2031 the Prime Minister of Kazakhstan, Aidar Bekenov, arrived in Baku on an official \
visit. On 5 February 2031 the Foreign Minister of Azerbaijan, Farid Babazadeh, had paid a working \
visit to Astana. The Agreement on cooperation in the field of archives between Azerbaijan and \
Kazakhstan was signed in Baku on 11 March 2031. The 25th session of the Joint Commission of \
Azerbaijan and Kazakhstan was held in Astana on 6 February 2031. In 2030 the trade turnover \
between Azerbaijan and Kazakhstan amounted to 529.6 million US dollars. The weather was fine."""
