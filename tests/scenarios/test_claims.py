"""A scenario may say what its story claims, line by line, and which expectation shows each."""

from __future__ import annotations

from pathways.language.issues import Issue
from pathways.language.scenarios import read_scenario
from pathways.scenarios.writing import write
from tests.scenarios.stories import HEAD, differences, story

CLAIMED = """\
claims:
  greeted: "Mon 03-02, referral: greeted"
  asked: "Mon 03-02: questions due Wed 03-04"
course:
  - {until: day 1}
expect:
  - {message: hello, shows: greeted}
  - {task: questions, due: 2026-03-04, shows: [asked]}
"""


def issues_of(text: str) -> tuple[Issue, ...]:
    return read_scenario(HEAD + text, "story.yaml").issues


def test_a_story_whose_claims_are_all_shown_is_read() -> None:
    assert story(CLAIMED).claims == {
        "greeted": "Mon 03-02, referral: greeted",
        "asked": "Mon 03-02: questions due Wed 03-04",
    }
    assert [one.shows for one in story(CLAIMED).expect] == [("greeted",), ("asked",)]
    assert not differences(CLAIMED)


def test_a_claim_that_no_line_shows_is_found_at_its_place() -> None:
    (issue,) = issues_of(CLAIMED.replace(", shows: greeted", ""))
    assert (issue.code, issue.place.line) == ("unshown-claim", 5)
    assert "greeted, referral" not in issue.message
    assert "Mon 03-02, referral: greeted" in issue.message


def test_a_never_line_shows_a_claim_too() -> None:
    text = CLAIMED.replace("shows: greeted", "times: 1") + (
        "never:\n  - {message: hello, after: day 0, shows: greeted}\n"
    )
    assert issues_of(text) == ()


def test_a_line_that_shows_what_nobody_claims_is_found_and_the_nearest_named() -> None:
    text = CLAIMED.replace("[asked]", "[asked, gretted]")
    (issue,) = issues_of(text)
    assert (issue.code, issue.place.line) == ("unknown-claim", 11)
    assert issue.hint == 'Did you mean "greeted"?'


def test_claims_and_what_shows_them_are_written_as_they_are_read() -> None:
    again = read_scenario(write(story(CLAIMED)), "story.yaml").scenario
    assert again is not None
    assert again.claims == story(CLAIMED).claims
    assert [one.shows for one in again.expect] == [("greeted",), ("asked",)]


def test_a_line_that_fails_names_the_claim_that_it_shows() -> None:
    (found,) = differences(CLAIMED.replace("2026-03-04", "2026-03-05"))
    assert found.expected == "{task: questions, due: 2026-03-05, shows: [asked]}"
