"""What a message to the caregiver tells of the patient must be said: consent has a scope."""

from __future__ import annotations

from collections.abc import Iterator

from pathways.disclosing import REVEALING, SCOPES, needed
from pathways.language.definition import Definition
from pathways.language.issues import Issue, Related
from pathways.language.lowering import names_in
from pathways.language.models import Rule, Step


def shares(definition: Definition) -> Iterator[Issue]:
    """A message to the caregiver that rests on what is the patient's says what it shares."""
    for path, deed in definition.deeds:
        if not _to_caregiver(deed):
            if deed.shares:
                yield Issue(
                    "misplaced-share",
                    f'"{deed.id}" sends the caregiver nothing.',
                    definition.key(*path, "shares"),
                    hint="Remove shares.",
                )
            continue
        words = _words(definition, deed)
        rests = needed(
            words,
            known=_patients(definition),
            event=deed.on or "" if isinstance(deed, Rule) else "",
            reveals=_reveals(definition, deed),
            plan=_tells_of_plan(definition, deed),
            urgent=bool(deed.response),
        )
        missing = [scope for scope in rests if scope not in deed.shares]
        if missing:
            names = ", ".join(sorted(words & _patients(definition))) or "what is the patient's"
            where = (*path, "when") if deed.when is not None else path
            yield Issue(
                "unsaid-share",
                f'The message of "{deed.id}" tells the caregiver of the patient ({names}), and '
                "does not say so.",
                definition.place(*path),
                (Related(definition.place(*where), "It rests on this."),),
                f"Add shares: [{', '.join(s for s in SCOPES if s in (*rests, *deed.shares))}]. It "
                "goes only where the patient lets the caregiver know.",
            )


def _to_caregiver(deed: Step | Rule) -> bool:
    if deed.notify is not None:
        return deed.notify.to == "caregiver"
    educate = deed.educate if isinstance(deed, Step) else None
    return educate is not None and educate.contact == "caregiver" and educate.message is not None


def _words(definition: Definition, deed: Step | Rule) -> frozenset[str]:
    """The names in its condition, those of terms too."""
    terms = definition.pathway.terms
    found: set[str] = set()
    ahead = set(names_in(deed.when)) if deed.when is not None else set()
    while ahead:
        word = ahead.pop()
        if word not in found:
            found.add(word)
            ahead |= names_in(terms[word].when) if word in terms else set()
    return frozenset(found)


def _patients(definition: Definition) -> frozenset[str]:
    """Values and questionnaires that are about the patient."""
    data = {name for name, element in definition.pathway.data.items() if not element.subject}
    known = definition.shelf.instruments
    return frozenset(data | {name for name, one in known.items() if not one.subject})


def _tells_of_plan(definition: Definition, deed: Step | Rule) -> bool:
    """Whether it comes after a plan or its approval, and is not for safety."""
    if isinstance(deed, Rule) or deed.response is not None or deed.safety_critical:
        return False
    steps = [one for _, one in definition.deeds if isinstance(one, Step)]
    plans = {one.id for one in steps if one.plan is not None or one.approve is not None}
    return not plans.isdisjoint(deed.after)


def _reveals(definition: Definition, deed: Step | Rule) -> bool:
    educate = deed.educate if isinstance(deed, Step) else None
    name = deed.notify.message if deed.notify is not None else educate and educate.message
    own = definition.pathway.messages.get(name or "", {})
    common = definition.shelf.messages.get(name or "", {})
    texts = [t.subject + t.body for t in (*own.values(), *(() if own else common.values()))]
    return any(word in text for text in texts for word in REVEALING)
