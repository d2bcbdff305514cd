"""A visitor's conversation: the patient told, corrected in the form, supposed otherwise, forgotten."""

from __future__ import annotations

import pytest
from advised import EXAMPLE

from app.assistant import Assistant
from app.errors import UserError
from app.ui import chat_actions as actions
from app.ui.patient_fields import FORM_FIELDS, WHAT_IF, facts_of, values_of
from app.ui.render_patient import chips_html, options_html
from app.ui.service import Service
from app.ui.session import Session, as_profile, ask, edit, origins, undo, what_if


@pytest.fixture(scope="module")
def service(assistant: Assistant) -> Service:
    made = Service(lambda: assistant)
    made.start()
    made.wait()
    return made


def verdicts(session: Session) -> dict[str, str]:
    assert session.weighed is not None
    return {option["id"]: option["verdict"] for option in session.weighed.options or ()}


def test_a_patient_told_is_shown_with_the_words_behind_each_fact(service: Service) -> None:
    session = ask(service, Session(), EXAMPLE)
    assert verdicts(session)["anti_egfr_rechallenge"] == "eligible"
    assert origins(session)["ras"] == "“RASwt”"
    chips = actions.chips(session)
    assert 'RAS wild-type <span class="ll-from">· from “RASwt”</span>' in chips
    assert "8 agents assumed not given" in chips


def test_a_question_on_the_review_leaves_the_patient_beside_it(service: Service) -> None:
    session = ask(service, ask(service, Session(), EXAMPLE), "mOS in SUNLIGHT?")
    assert session.last is not None and "10.8" in session.last.answer
    assert verdicts(session)["anti_egfr_rechallenge"] == "eligible"


def test_an_edited_fact_changes_the_options_and_says_so(service: Service) -> None:
    told = ask(service, Session(), EXAMPLE)
    edited = edit(service, told, {**told.facts, "mmr": "deficient"})
    assert verdicts(edited)["immunotherapy"] == "eligible"
    assert "Immune checkpoint inhibitor (pembrolizumab or another): not eligible → eligible" in actions.changed(edited)
    assert origins(edited)["mmr"] == "the form"
    assert origins(edited)["ras"] == "“RASwt”"


def test_what_followed_from_a_changed_fact_is_worked_out_again(service: Service) -> None:
    told = ask(service, Session(), EXAMPLE)
    assert told.facts["kras_g12c"] is False
    edited = edit(service, told, {**told.facts, "ras": "mutant"})
    assert "kras_g12c" not in edited.facts
    assert verdicts(edited)["kras_g12c_inhibitor"] == "needs_information"


def test_a_later_question_reads_the_form_and_not_what_was_told_before(service: Service) -> None:
    told = ask(service, Session(), EXAMPLE)
    edited = edit(service, told, {**told.facts, "her2": "positive"})
    after = ask(service, edited, "which options are left?")
    assert after.last is not None and after.last.patient is not None
    assert after.last.patient["her2"] == "positive"
    assert after.last.patient["ras"] == "wild_type"
    corrected = ask(service, after, "sorry, HER2 is negative after all")
    assert corrected.facts["her2"] == "negative"


def test_a_what_if_leaves_the_session_as_it_is(service: Service) -> None:
    told = ask(service, Session(), EXAMPLE)
    supposed = what_if(service, told, {"ntrk_fusion": True})
    assert supposed is not None
    assert {o["id"] for o in supposed.options or () if o["verdict"] == "eligible"} >= {"trk_inhibitor"}
    assert "ntrk_fusion" not in told.facts
    chosen = ["yes" if field.name == "ntrk_fusion" else "" for field in WHAT_IF]
    said = actions.hypothetical(service, told, chosen)
    assert "What would change" in said and "needs information → eligible" in said
    assert actions.hypothetical(service, told, [""] * len(WHAT_IF)) == ""


def test_undo_takes_back_a_question_and_what_it_told(service: Service) -> None:
    one = ask(service, Session(), "mOS in SUNLIGHT?")
    two = ask(service, one, EXAMPLE)
    back = undo(service, two)
    assert back.turns == ("mOS in SUNLIGHT?",)
    assert back.weighed is None
    assert undo(service, back).exchanges == ()


def test_a_cleared_patient_no_longer_counts(service: Service) -> None:
    cleared = actions.patient_cleared(ask(service, Session(), EXAMPLE))
    assert actions.chips(cleared) == ""
    after = ask(service, cleared, "What is the median OS in CORRECT?")
    assert after.last is not None and after.last.patient is None


def test_contradicting_form_fields_are_said_and_give_no_verdicts(service: Service) -> None:
    session = edit(service, Session(), {"ras": "wild_type", "kras_g12c": True})
    assert session.weighed is not None
    assert session.weighed.status == "contradiction"
    assert "ll-option" not in actions.options(session)


def test_a_question_that_cannot_be_answered_is_said_and_changes_nothing(service: Service) -> None:
    (after, shown), *rest = actions.answered(service, Session(), "x" * 200_000)
    assert rest == []
    assert after == Session()
    assert shown[-1]["role"] == "assistant" and "shorten it" in shown[-1]["content"]


def test_the_conversation_grows_by_sentences(service: Service) -> None:
    steps = list(actions.answered(service, Session(), "PFS and OS in REARRANGE"))
    assert len(steps) == 2
    assert steps[1][1][-1]["content"].startswith(steps[0][1][-1]["content"])


def test_the_form_shows_facts_and_reads_them_back(service: Service) -> None:
    facts = ask(service, Session(), EXAMPLE).facts
    assert facts_of(values_of(facts), facts) == facts
    odd = {**facts, "lines": {"at_least": 9}, "age": 17}
    assert facts_of(values_of(odd), odd) == odd
    assert facts_of(values_of({}), facts) == {}


def test_each_choice_of_the_form_is_a_fact_that_a_profile_takes(service: Service) -> None:
    for field in FORM_FIELDS:
        for word, fact in field.choices:
            assert field.shown(fact) == word
            assert edit(service, Session(), {field.name: fact}).facts[field.name] == fact


def test_an_agent_ticked_on_both_sides_takes_the_new_one() -> None:
    values = values_of({"prior.irinotecan": True})
    values[-1] = ["irinotecan"]
    assert facts_of(values, {"prior.irinotecan": True}) == {"prior.irinotecan": False}


def test_agents_stand_under_prior() -> None:
    assert as_profile({"ras": "mutant", "prior.ftd_tpi": True}) == {"ras": "mutant", "prior": {"ftd_tpi": True}}
    with pytest.raises(UserError):
        what_if_of_nothing = as_profile({"ras": "green"})
        from app.patient.form import read_patient

        read_patient(what_if_of_nothing)


def test_options_open_to_criteria_with_three_values(service: Service) -> None:
    session = ask(service, Session(), "mCRC, RAS mutant, FOLFOX-bev, FOLFIRI")
    page = options_html(session.weighed, 0)
    assert page.count('<details class="ll-option') == 12
    for word in ("true", "false", "unknown"):
        assert f"</span> {word}</td>" in page
    assert page.index('data-option="ftd_tpi_bevacizumab"') < page.index('data-option="immunotherapy"')


def test_markup_in_words_of_a_patient_is_shown_not_run(service: Service) -> None:
    session = ask(service, Session(), "61F mCRC RASmut <img src=x onerror=alert(1)> FOLFOX, FOLFIRI")
    assert session.weighed is not None
    page = chips_html(session.weighed, {"ras": '“<img src="x">”'}) + actions.options(session)
    assert "<img" not in page


def test_feedback_holds_no_text_unless_ticked(service: Service) -> None:
    session = ask(service, Session(), "mOS in SUNLIGHT?")
    quiet = actions.feedback_on(session, 0, True, with_text=False)
    assert (quiet.thumb, quiet.reason, quiet.question, quiet.answer) == ("up", None, None, None)
    told = actions.feedback_on(session, 0, "Wrong source", with_text=True)
    assert (told.thumb, told.reason, told.question) == ("down", "wrong source", "mOS in SUNLIGHT?")


def test_what_is_read_first_keeps_its_full_stops(service: Service) -> None:
    session = ask(service, Session(), "74F, R colon, BRAF V600E, MSS, s/p FOLFOX-bev x6mo PD. what next")
    page = actions.options(session)
    assert "is not said to be contraindicated. Standard chemotherapy with irinotecan" in page
    assert "[1]" not in page.partition("ll-options")[0]
