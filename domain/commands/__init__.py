"""Every act that can be asked for, in the order of a case's life; each beside its facts' file."""

from domain.commands.applying import (
    Admit,
    Apply,
    CloseIntake,
    Decline,
    OnACase,
    Recommend,
    Retract,
    Statement,
    Supplement,
)
from domain.commands.awarding import (
    Approve,
    Award,
    ClosePublicity,
    Honour,
    LodgeObjection,
    OpenPublicity,
    ResolveObjection,
)
from domain.commands.holding import (
    Commend,
    Debar,
    OnATitle,
    Reassess,
    RecordArrangement,
    RecordIncident,
    RecordInspection,
    RecordSupport,
    Refer,
    ReportChange,
    ReportIndicator,
    ReportProgress,
    Withdraw,
)
from domain.commands.record import Erase
from domain.commands.reviewing import (
    Candidate,
    ConcludeReview,
    DecideTie,
    DeclareInterest,
    HoldDefence,
    InspectSite,
    OnAList,
    ProposeSelection,
    RecordBonus,
    ReviewFormally,
    Score,
)
from domain.commands.roles import GrantRole, RevokeRole
from domain.commands.rounds import GrantException, OpenRound, RecordReading

__all__ = [
    "Admit", "Apply", "Approve", "Award", "Candidate", "CloseIntake", "ClosePublicity", "Commend",
    "ConcludeReview", "Debar", "DecideTie", "DeclareInterest", "Decline", "Erase", "GrantException",
    "GrantRole", "HoldDefence", "Honour", "InspectSite", "LodgeObjection", "OnACase", "OnAList",
    "OnATitle", "OpenPublicity", "OpenRound", "ProposeSelection", "Reassess", "Recommend",
    "RecordArrangement", "RecordBonus", "RecordIncident", "RecordInspection", "RecordReading",
    "RecordSupport", "Refer", "ReportChange", "ReportIndicator", "ReportProgress",
    "ResolveObjection", "Retract", "ReviewFormally", "RevokeRole", "Score", "Statement",
    "Supplement", "Withdraw",
]  # fmt: skip
