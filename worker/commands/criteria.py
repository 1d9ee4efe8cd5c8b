"""``careway criteria``: a request for a level of care against the public rules."""

from __future__ import annotations

from collections.abc import Iterable

from worker.commands.options import Json


def criteria(level: str, /, *, fact: tuple[str, ...] = (), json: Json = False) -> int:
    """Judge what is known of a request for a level of care by the public rule for it.

    Met: a utilization nurse may approve. Not met, or not known: it goes to a physician; that is
    never itself a denial. Licensed criteria (InterQual, MCG, ASAM) are not here: say their verdict
    with careway review --criteria. Without facts: what the rule asks for.
    JSON: level, result (met, not-met, undetermined), subset, version, source, unmet, unknown (in
    words), asks (names of facts), next (approved or md-review).

    Parameters
    ----------
    level
        The level of care, such as snf, irf, home-health, acute-inpatient, home-oxygen.
    fact
        What is known, NAME=VALUE: a number, yes or no; repeat it.
    json
        Print JSON for programs instead of text.
    """
    from pathways.language.issues import suggest
    from pathways.review.criteria import SUBSETS, LocalCriteria, Request, facts_asked, next_state
    from pathways.review.levels import LEVELS
    from worker.commands import entering
    from worker.commands.misuse import DONE, Misuse
    from worker.commands.output import as_json, say

    known = dict.fromkeys((*LEVELS, *SUBSETS))
    if level not in known:
        hint = suggest(level, known) or f"Levels: {', '.join(known)}."
        raise Misuse(f'There is no level of care "{level}". {hint}')
    asks = facts_asked(level)
    facts: dict[str, float | str | bool] = {
        name: _value(name, text)
        for name, text in entering.pairs(fact, "--fact inpatient-days=3").items()
    }
    for name in facts:
        if name not in asks:
            hint = suggest(name, asks) or f"It asks for {', '.join(asks) or 'nothing'}."
            raise Misuse(f'The rule for {level} does not ask for "{name}". {hint}')
    verdict = LocalCriteria().evaluate(Request(level, facts))
    source = SUBSETS[level].source if level in SUBSETS else ""
    if json:
        as_json(
            {
                "level": level,
                "result": verdict.result,
                "subset": verdict.subset,
                "version": verdict.version,
                "source": source,
                "unmet": list(verdict.unmet),
                "unknown": list(verdict.unknown),
                "asks": list(asks),
                "next": next_state(verdict),
            }
        )
        return DONE
    if level not in SUBSETS:
        say(f"No public rule is known for {level}: a physician, or licensed criteria, decide.")
        return DONE
    say(f"{level}: {verdict.result.replace('-', ' ')} ({source}).")
    _list("Does not hold", verdict.unmet)
    _list("Not known", verdict.unknown)
    if verdict.result == "undetermined":
        say(f"The rule asks for: {', '.join(asks)}.")
    say(
        f'A nurse may approve: careway review JOURNEY approved --criteria "{verdict.version}".'
        if verdict.result == "met"
        else "It goes to a physician; this is no denial: careway review JOURNEY md-review."
    )
    return DONE


def _list(title: str, lines: Iterable[str]) -> None:
    from worker.commands.output import say

    for line in lines:
        say(f"{title}: {line}.")


def _value(name: str, text: str) -> float | bool:
    from worker.commands.misuse import Misuse

    words = {"yes": True, "no": False}
    if text.lower() in words:
        return words[text.lower()]
    try:
        return float(text)
    except ValueError:
        raise Misuse(f'"{name}={text}" is neither a number nor yes or no.') from None
