"""The acts, in the order of a case's life; those of corrections stand in `domain.corrections.acts`."""

from domain.commands.applying import Apply, ConfirmCreditCode, OnACase, Retract, Statement, Supplement
from domain.commands.awarding import (
    Approve,
    Award,
    ClosePublicity,
    Honour,
    LodgeObjection,
    OpenPublicity,
    ResolveObjection,
)
from domain.commands.barring import Debar, RecordIncident, Refer
from domain.commands.calendars import PublishCalendar
from domain.commands.holding import (
    ChooseForMonitoring,
    Commend,
    OnATitle,
    Reassess,
    RecordArrangement,
    RecordInspection,
    RecordSupport,
    ReportChange,
    ReportIndicator,
    ReportProgress,
    Withdraw,
)
from domain.commands.intake import Admit, CloseIntake
from domain.commands.recommending import Decline, Numbered, Recommend, ReviseDecline, ReviseOrder
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
    "Admit",
    "Apply",
    "Approve",
    "Award",
    "Candidate",
    "ChangeSubject",
    "ChooseForMonitoring",
    "CloseIntake",
    "ClosePublicity",
    "Commend",
    "ConcludeReview",
    "ConfirmCreditCode",
    "ConfirmErasure",
    "ConfirmRole",
    "Debar",
    "DecideTie",
    "DeclareInterest",
    "Decline",
    "Erase",
    "GrantException",
    "GrantRole",
    "HoldDefence",
    "Honour",
    "InspectSite",
    "LodgeObjection",
    "Numbered",
    "OnACase",
    "OnAList",
    "OnATitle",
    "OpenPublicity",
    "OpenRound",
    "ProposeSelection",
    "PublishCalendar",
    "Reassess",
    "Recommend",
    "RecordArrangement",
    "RecordBonus",
    "RecordIncident",
    "RecordInspection",
    "RecordReading",
    "RecordSupport",
    "Refer",
    "ReportChange",
    "ReportIndicator",
    "ReportProgress",
    "ResolveObjection",
    "Retract",
    "ReviewFormally",
    "ReviseDecline",
    "ReviseOrder",
    "RevokeRole",
    "Score",
    "Statement",
    "Supplement",
    "Withdraw",
]
