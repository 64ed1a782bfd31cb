"""What the figures of reports mean: pure definitions, printed beside the numbers."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gridbook.i18n import N_
from gridbook.records.steps import Satisfaction

MOSTLY_WEIGHT = Decimal("0.6")
"""How much of a satisfied answer a mostly satisfied one counts; an office can set another weight."""
NONE = "—"
"""What is printed where there is nothing to divide by."""

DEFINITIONS = {
    "follow-up rate": N_("Follow-up rate = requesters who could be asked ÷ requests followed up."),
    "solved rate": N_("Solved rate = requesters who say it is solved ÷ requesters who could be asked."),
    "satisfaction": N_("Satisfaction = (satisfied + {weight} × mostly satisfied) ÷ valid answers."),
    "plain share": N_("Plain share = (satisfied + mostly satisfied) ÷ valid answers."),
}
"""Each figure's definition, as it is printed with the figure."""


def share(part: Decimal | int, whole: int) -> Decimal | None:
    """A share in per cent with two decimals, halves rounded up; nothing where there is no whole."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


def percent(figure: Decimal | None) -> str:
    """A share as it is printed: `94.69%`, `100%`, or a dash where there is none."""
    return NONE if figure is None else f"{figure:.2f}".removesuffix(".00") + "%"


@dataclass(frozen=True, slots=True)
class FollowUps:
    """What came of asking requesters afterwards, as counts."""

    satisfied: int = 0
    mostly: int = 0
    dissatisfied: int = 0
    not_asked: int = 0
    solved: int = 0

    @classmethod
    def of(cls, answers: Iterable[tuple[Satisfaction, bool | None]]) -> "FollowUps":
        """The counts of these follow-ups: the answer, and whether the requester says it is solved."""
        kept = list(answers)
        given = [answer for answer, _ in kept]
        return cls(
            satisfied=given.count(Satisfaction.SATISFIED),
            mostly=given.count(Satisfaction.MOSTLY),
            dissatisfied=given.count(Satisfaction.DISSATISFIED),
            not_asked=sum(not answer.valid for answer in given),
            solved=sum(answer.valid and solved is True for answer, solved in kept),
        )

    @property
    def valid(self) -> int:
        """Answers that count."""
        return self.satisfied + self.mostly + self.dissatisfied

    @property
    def follow_up_rate(self) -> Decimal | None:
        """Requesters who could be asked, of all requests followed up."""
        return share(self.valid, self.valid + self.not_asked)

    @property
    def solved_rate(self) -> Decimal | None:
        """Requesters who say it is solved, of those who could be asked."""
        return share(self.solved, self.valid)

    def satisfaction(self, weight: Decimal = MOSTLY_WEIGHT) -> Decimal | None:
        """Satisfied and, by weight, mostly satisfied, of all valid answers."""
        return share(self.satisfied + weight * self.mostly, self.valid)

    @property
    def plain_share(self) -> Decimal | None:
        """Satisfied and mostly satisfied alike, of all valid answers."""
        return share(self.satisfied + self.mostly, self.valid)


FEW = 5
"""Counts of personal matters below this are not printed."""


def covered(counts: Mapping[str, int], personal: Container[str]) -> dict[str, str]:
    """Counts as they are printed: 1 to 4 in a personal matter is “<5”, and no other sum gives it away."""
    few = [name for name, count in counts.items() if name in personal and 0 < count < FEW]
    hidden = set(few)
    if len(few) == 1:
        # With the total and all others in sight, a single gap could be reckoned; the next smallest goes, too.
        others = [name for name, count in counts.items() if count > 0 and name not in hidden]
        hidden |= {min(others, key=lambda name: counts[name])} if others else set()
    return {
        name: f"<{FEW}" if name in few else ("*" if name in hidden else str(count))
        for name, count in counts.items()
    }
