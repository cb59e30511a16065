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
from domain.commands.correcting import (
    ApproveCorrection,
    DecideQuestion,
    ProposeCorrection,
    RejectCorrection,
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
from domain.commands.record import ConfirmErasure, Erase
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
from domain.commands.roles import ConfirmRole, GrantRole, RevokeRole
from domain.commands.rounds import GrantException, OpenRound, RecordReading
from domain.commands.subjects import ChangeSubject

__all__ = [
    "Admit", "Apply", "Approve", "ApproveCorrection", "Award", "Candidate", "ChangeSubject",
    "CloseIntake", "ClosePublicity", "Commend", "ConcludeReview", "ConfirmErasure",
    "ConfirmRole", "Debar", "DecideQuestion", "DecideTie", "DeclareInterest", "Decline",
    "Erase", "GrantException", "GrantRole", "HoldDefence", "Honour", "InspectSite",
    "LodgeObjection", "OnACase", "OnAList", "OnATitle", "OpenPublicity", "OpenRound",
    "ProposeCorrection", "ProposeSelection", "Reassess", "Recommend", "RecordArrangement",
    "RecordBonus", "RecordIncident", "RecordInspection", "RecordReading", "RecordSupport",
    "Refer", "RejectCorrection", "ReportChange", "ReportIndicator", "ReportProgress",
    "ResolveObjection", "Retract", "ReviewFormally", "RevokeRole", "Score", "Statement",
    "Supplement", "Withdraw",
]  # fmt: skip
