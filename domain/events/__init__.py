"""Every fact that can be recorded, in the order of a case's life; how each is tagged.

A fact's topic is a name for ever, never derived from its class. Dates in it are EDTF (domain.dates);
codes are ASCII; Chinese stands for proper names and for a source's own words. A field that may hold
what must one day be erased is `Sealed`: a commitment, the value lies beside the log.
"""

from domain.events.announced import FiguresAttested, HistoricalDesignationRecorded, NoticeRecorded
from domain.events.applying import (
    ApplicationRecommended,
    ApplicationRetracted,
    ApplicationSubmitted,
    ApplicationSupplemented,
    Condition,
    Material,
    RecommendationDeclined,
    Statistic,
)
from domain.events.awarding import (
    DesignationAwarded,
    ObjectionLodged,
    ObjectionResolved,
    PublicityClosed,
    PublicityOpened,
)
from domain.events.corrections import (
    CORRECTION_TOPICS,
    Correction,
    CorrectionApproved,
    CorrectionProposed,
    CorrectionRejected,
    Replacement,
)
from domain.events.fact import (
    STRICT,
    TOPICS,
    Confidence,
    Fact,
    NotThatFact,
    Sealed,
    Source,
    UnknownTopic,
    commitments,
    decode,
    fact,
)
from domain.events.holding import (
    ArrangementRecorded,
    AssessmentRecorded,
    DesignationWithdrawn,
    IncidentRecorded,
    InspectionRecorded,
    ProgressReported,
    SupportRecorded,
)
from domain.events.record import LedgerOpened, SealedValueErased
from domain.events.reviewing import (
    DefenceHeld,
    FormalReviewRecorded,
    InterestDeclared,
    ReviewConcluded,
    ScoreRecorded,
    SelectionProposed,
    SiteInspected,
)
from domain.events.roles import RoleGranted, RoleRevoked
from domain.events.rounds import (
    Cap,
    Criterion,
    Deadline,
    ExceptionGranted,
    Parameters,
    Publicity,
    ReadingRecorded,
    RoundOpened,
)

__all__ = [
    "CORRECTION_TOPICS", "STRICT", "TOPICS",
    "ApplicationRecommended", "ApplicationRetracted", "ApplicationSubmitted",
    "ApplicationSupplemented", "ArrangementRecorded", "AssessmentRecorded", "Cap", "Condition",
    "Confidence", "Correction", "CorrectionApproved", "CorrectionProposed", "CorrectionRejected",
    "Criterion", "Deadline", "DefenceHeld", "DesignationAwarded", "DesignationWithdrawn",
    "ExceptionGranted", "Fact", "FiguresAttested", "FormalReviewRecorded",
    "HistoricalDesignationRecorded", "IncidentRecorded", "InspectionRecorded", "InterestDeclared",
    "LedgerOpened", "Material", "NotThatFact", "NoticeRecorded", "ObjectionLodged",
    "ObjectionResolved", "Parameters", "ProgressReported", "Publicity", "PublicityClosed",
    "PublicityOpened", "ReadingRecorded", "RecommendationDeclined", "Replacement",
    "ReviewConcluded", "RoleGranted", "RoleRevoked", "RoundOpened", "ScoreRecorded", "Sealed",
    "SealedValueErased", "SelectionProposed", "SiteInspected", "Source", "Statistic", "SupportRecorded",
    "UnknownTopic", "commitments", "decode", "fact",
]  # fmt: skip
