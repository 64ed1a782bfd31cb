"""The words of a request's life, and the follow-on table: what can be done where, and what it needs."""

from collections.abc import Mapping
from enum import StrEnum

from gridbook.i18n import N_


class Source(StrEnum):
    """How the request came."""

    VISIT = "visit"
    CALL = "call"
    DESK = "desk"
    CHAT = "chat group"
    PATROL = "patrol"
    HOTLINE = "hotline"


class Pressing(StrEnum):
    """How urgent the matter is."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Status(StrEnum):
    """Where a request stands; closed is not solved."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    WAITING = "waiting for sign-for"
    WORKING = "in work"
    RESOLVED = "resolved"
    ANSWERED = "answered"
    FOLLOWED_UP = "followed up"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What came of it."""

    SOLVED = "solved"
    PARTLY = "partly"
    EXPLAINED = "explained"
    CANNOT = "cannot"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    DECLINED = "declined"
    MOVED = "moved"


class Action(StrEnum):
    """What can be done to a request; each is one event."""

    ACCEPT = "accept"
    DECLINE = "decline"
    SETTLE = "settle"
    ASSIGN = "assign"
    SIGN = "sign"
    RETURN = "return"
    ESCALATE = "escalate"
    TRANSFER = "transfer"
    REFER = "refer"
    CO_HANDLE = "co-handle"
    SUSPEND = "suspend"
    RESUME = "resume"
    EXTEND = "extend"
    URGE = "urge"
    SUPERVISE = "supervise"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    RESOLVE = "resolve"
    FEED_BACK = "feed back"
    FOLLOW_UP = "follow up"
    REOPEN = "reopen"
    CLOSE = "close"
    HAND_OVER = "hand over"
    CONTINUE = "continue"
    FROM_REGISTER = "from register"


class Satisfaction(StrEnum):
    """What the requester said afterwards, or that nobody could be asked."""

    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    DISSATISFIED = "dissatisfied"
    NOT_REACHED = "not reached"
    NO_ANSWER = "no answer"

    @property
    def valid(self) -> bool:
        """Whether it counts as an answer."""
        return self in (Satisfaction.SATISFIED, Satisfaction.MOSTLY, Satisfaction.DISSATISFIED)


class Reason(StrEnum):
    """Why a request was returned, suspended, reopened or moved; a closed list, so no free text travels."""

    WRONG_OFFICE = "wrong office"
    MORE_NEEDED = "more facts needed"
    RESIDENT_AWAY = "waiting for the resident"
    OTHER_BODY = "waiting for another body"
    MATERIAL = "waiting for material"
    WEATHER = "weather"
    NOT_LASTING = "not lasting"
    NOT_DONE = "not done"
    NEW_FACTS = "new facts"
    BOUNDARY = "boundary"
    STAFFING = "staffing"
    COVER = "cover"
    OTHER_GRID = "other grid"


STATUS_NAMES = {
    Status.REGISTERED: N_("Registered"),
    Status.ACCEPTED: N_("Accepted"),
    Status.WAITING: N_("Waiting for sign-for"),
    Status.WORKING: N_("In work"),
    Status.RESOLVED: N_("Resolved"),
    Status.ANSWERED: N_("Answered"),
    Status.FOLLOWED_UP: N_("Followed up"),
    Status.CLOSED: N_("Closed case"),
}
ACTION_NAMES = {
    Action.ACCEPT: N_("Accept"),
    Action.DECLINE: N_("Decline to take"),
    Action.SETTLE: N_("Settle on the spot"),
    Action.ASSIGN: N_("Assign"),
    Action.SIGN: N_("Sign for"),
    Action.RETURN: N_("Return"),
    Action.ESCALATE: N_("Escalate"),
    Action.TRANSFER: N_("Transfer"),
    Action.REFER: N_("Refer out"),
    Action.CO_HANDLE: N_("Bring in a co-handler"),
    Action.SUSPEND: N_("Suspend"),
    Action.RESUME: N_("Resume"),
    Action.EXTEND: N_("Extend"),
    Action.URGE: N_("Urge"),
    Action.SUPERVISE: N_("Supervise"),
    Action.WITHDRAW: N_("Withdraw"),
    Action.MERGE: N_("Merge"),
    Action.RESOLVE: N_("Resolve"),
    Action.FEED_BACK: N_("Feed back"),
    Action.FOLLOW_UP: N_("Follow up"),
    Action.REOPEN: N_("Reopen"),
    Action.CLOSE: N_("Close the case"),
    Action.HAND_OVER: N_("Hand over to another grid"),
    Action.CONTINUE: N_("Taken on from another grid"),
    Action.FROM_REGISTER: N_("Entered from an old register"),
}
OUTCOME_NAMES = {
    Outcome.SOLVED: N_("Solved"),
    Outcome.PARTLY: N_("Partly solved"),
    Outcome.EXPLAINED: N_("Explained"),
    Outcome.CANNOT: N_("Cannot be solved"),
    Outcome.WITHDRAWN: N_("Withdrawn"),
    Outcome.MERGED: N_("Merged"),
    Outcome.DECLINED: N_("Not taken"),
    Outcome.MOVED: N_("Handed over"),
}
SOURCE_NAMES = {
    Source.VISIT: N_("Visit"),
    Source.CALL: N_("Telephone call"),
    Source.DESK: N_("At the desk"),
    Source.CHAT: N_("Chat group"),
    Source.PATROL: N_("Patrol or building steward"),
    Source.HOTLINE: N_("Hotline"),
}
PRESSING_NAMES = {
    Pressing.NORMAL: N_("Normal"),
    Pressing.URGENT: N_("Urgent"),
    Pressing.EMERGENCY: N_("Emergency"),
}
SATISFACTION_NAMES = {
    Satisfaction.SATISFIED: N_("Satisfied"),
    Satisfaction.MOSTLY: N_("Mostly satisfied"),
    Satisfaction.DISSATISFIED: N_("Dissatisfied"),
    Satisfaction.NOT_REACHED: N_("Not reached"),
    Satisfaction.NO_ANSWER: N_("No answer"),
}
REASONS = {
    Reason.WRONG_OFFICE: N_("Another office is in charge"),
    Reason.MORE_NEEDED: N_("More facts are needed"),
    Reason.RESIDENT_AWAY: N_("Waiting for the resident"),
    Reason.OTHER_BODY: N_("Waiting for another body"),
    Reason.MATERIAL: N_("Waiting for material or parts"),
    Reason.WEATHER: N_("Weather does not permit it"),
    Reason.NOT_LASTING: N_("The trouble came back"),
    Reason.NOT_DONE: N_("The work was not done"),
    Reason.NEW_FACTS: N_("New facts came up"),
    Reason.BOUNDARY: N_("The grids were drawn anew"),
    Reason.STAFFING: N_("Another person has the work"),
    Reason.COVER: N_("Looked after for a time"),
    Reason.OTHER_GRID: N_("The place belongs to that grid"),
}
REASONS_FOR: Mapping[Action, tuple[Reason, ...]] = {
    Action.RETURN: (Reason.WRONG_OFFICE, Reason.MORE_NEEDED),
    Action.SUSPEND: (Reason.RESIDENT_AWAY, Reason.OTHER_BODY, Reason.MATERIAL, Reason.WEATHER),
    Action.REOPEN: (Reason.NOT_LASTING, Reason.NOT_DONE, Reason.NEW_FACTS),
    Action.HAND_OVER: (Reason.BOUNDARY, Reason.STAFFING, Reason.COVER, Reason.OTHER_GRID),
}
"""Which reasons an action offers."""

OPEN = frozenset({Status.REGISTERED, Status.ACCEPTED, Status.WAITING, Status.WORKING})
_TAKEN = frozenset({Status.ACCEPTED, Status.WAITING, Status.WORKING})
_DONE = frozenset({Status.RESOLVED, Status.ANSWERED, Status.FOLLOWED_UP, Status.CLOSED})

FOLLOWS: Mapping[Action, tuple[frozenset[Status], Status | None]] = {
    Action.ACCEPT: (frozenset({Status.REGISTERED}), Status.ACCEPTED),
    Action.DECLINE: (frozenset({Status.REGISTERED}), Status.CLOSED),
    Action.SETTLE: (frozenset({Status.REGISTERED, Status.ACCEPTED}), Status.RESOLVED),
    Action.ASSIGN: (_TAKEN, Status.WAITING),
    Action.SIGN: (frozenset({Status.WAITING}), Status.WORKING),
    Action.RETURN: (frozenset({Status.WAITING}), Status.ACCEPTED),
    Action.ESCALATE: (frozenset({Status.REGISTERED, Status.ACCEPTED, Status.WORKING}), Status.WAITING),
    Action.TRANSFER: (_TAKEN, Status.WAITING),
    Action.REFER: (frozenset({Status.ACCEPTED, Status.WORKING}), Status.WORKING),
    Action.CO_HANDLE: (_TAKEN, None),
    Action.SUSPEND: (frozenset({Status.ACCEPTED, Status.WORKING}), None),
    Action.RESUME: (frozenset({Status.ACCEPTED, Status.WORKING}), None),
    Action.EXTEND: (_TAKEN, None),
    Action.URGE: (OPEN, None),
    Action.SUPERVISE: (OPEN, None),
    Action.WITHDRAW: (OPEN, Status.RESOLVED),
    Action.MERGE: (OPEN, Status.CLOSED),
    Action.RESOLVE: (frozenset({Status.ACCEPTED, Status.WORKING}), Status.RESOLVED),
    Action.FEED_BACK: (frozenset({Status.RESOLVED}), Status.ANSWERED),
    Action.FOLLOW_UP: (frozenset({Status.ANSWERED}), Status.FOLLOWED_UP),
    Action.REOPEN: (_DONE, Status.ACCEPTED),
    Action.CLOSE: (frozenset({Status.ANSWERED, Status.FOLLOWED_UP}), Status.CLOSED),
    Action.HAND_OVER: (frozenset(Status) - {Status.CLOSED}, Status.CLOSED),
    Action.CONTINUE: (frozenset(Status), None),
    Action.FROM_REGISTER: (frozenset({Status.REGISTERED}), Status.CLOSED),
}
"""The follow-on table: in which statuses an action is allowed, and the status it leads to (or leaves)."""

NEEDS: Mapping[Action, tuple[str, ...]] = {
    Action.DECLINE: ("body",),
    Action.ASSIGN: ("lead",),
    Action.RETURN: ("reason",),
    Action.TRANSFER: ("to",),
    Action.REFER: ("body",),
    Action.CO_HANDLE: ("unit",),
    Action.SUSPEND: ("reason",),
    Action.EXTEND: ("days",),
    Action.SUPERVISE: ("reply_due",),
    Action.MERGE: ("into",),
    Action.RESOLVE: ("outcome",),
    Action.FOLLOW_UP: ("satisfaction",),
    Action.REOPEN: ("reason",),
    Action.HAND_OVER: ("to", "into", "reason"),
    Action.CONTINUE: ("from", "was"),
    Action.FROM_REGISTER: ("on", "outcome"),
}
"""What an action cannot do without."""

MAY_ALSO: Mapping[Action, tuple[str, ...]] = {
    Action.ASSIGN: ("co",),
    Action.REFER: ("their_number",),
    Action.FEED_BACK: ("mode",),
    Action.FOLLOW_UP: ("solved",),
    Action.CONTINUE: ("so_far",),
    Action.FROM_REGISTER: ("was", "satisfaction"),
}

ONLY_MOVING = frozenset({Action.HAND_OVER, Action.CONTINUE})
"""What is part of a hand-over from grid to grid and never done by itself."""
ONLY_LOADING = frozenset({Action.FROM_REGISTER})
"""What only the loading of an old register writes: a whole life in one step, with its own day."""

GIVEN_NAMES: Mapping[str, str] = {
    "body": N_("Body in charge"),
    "lead": N_("Lead office"),
    "co": N_("Co-handlers"),
    "reason": N_("Why"),
    "to": N_("To the office"),
    "their_number": N_("Their number"),
    "unit": N_("Co-handler"),
    "days": N_("Working days"),
    "reply_due": N_("Reply due on"),
    "into": N_("Main request"),
    "outcome": N_("Result"),
    "mode": N_("Told how"),
    "satisfaction": N_("Satisfaction"),
    "solved": N_("Solved"),
    "from": N_("From the office"),
    "was": N_("Number before"),
    "so_far": N_("What happened so far"),
    "on": N_("Done on"),
}
"""What the details of an action are called on screen and paper."""

LIKELY: Mapping[Status, Action] = {
    Status.REGISTERED: Action.ACCEPT,
    Status.ACCEPTED: Action.RESOLVE,
    Status.WAITING: Action.SIGN,
    Status.WORKING: Action.RESOLVE,
    Status.RESOLVED: Action.FEED_BACK,
    Status.ANSWERED: Action.FOLLOW_UP,
    Status.FOLLOWED_UP: Action.CLOSE,
    Status.CLOSED: Action.REOPEN,
}
"""The likely next action, which the desk offers first."""
