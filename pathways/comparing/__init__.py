"""Two versions of a pathway: what changes for patients, and what is only cosmetic.

Pure: two compiled pathways in, named changes out. Every field of the compiled form is either
named as a change for patients or as cosmetic; none is passed over in silence.
"""

from pathways.comparing.difference import Change, Difference, Edition
from pathways.comparing.whole import compare

__all__ = ["Change", "Difference", "Edition", "compare"]
