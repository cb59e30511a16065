"""Every act that can be asked for, in the order of a case's life; each beside its facts' file."""

from domain.commands.applying import (
    Apply,
    Decline,
    OnACase,
    Recommend,
    Retract,
    Statement,
    Supplement,
)
from domain.commands.awarding import (
    Award,
    ClosePublicity,
    Honour,
    LodgeObjection,
    OpenPublicity,
    ResolveObjection,
)
from domain.commands.holding import (
    OnATitle,
    Reassess,
    RecordArrangement,
    RecordIncident,
    RecordInspection,
    RecordSupport,
    ReportProgress,
    Withdraw,
)
from domain.commands.record import Erase
from domain.commands.reviewing import (
    Candidate,
    ConcludeReview,
    DeclareInterest,
    HoldDefence,
    InspectSite,
    OnAList,
    ProposeSelection,
    ReviewFormally,
    Score,
)
from domain.commands.roles import GrantRole, RevokeRole
from domain.commands.rounds import GrantException, OpenRound, RecordReading

__all__ = [
    "Apply", "Award", "Candidate", "ClosePublicity", "ConcludeReview", "DeclareInterest",
    "Decline", "Erase", "GrantException", "GrantRole", "HoldDefence", "Honour", "InspectSite",
    "LodgeObjection", "OnACase", "OnAList", "OnATitle", "OpenPublicity", "OpenRound",
    "ProposeSelection", "Reassess", "Recommend", "RecordArrangement", "RecordIncident",
    "RecordInspection", "RecordReading", "RecordSupport", "ReportProgress", "ResolveObjection",
    "Retract", "ReviewFormally", "RevokeRole", "Score", "Statement", "Supplement", "Withdraw",
]  # fmt: skip
