"""Records who approved what a letter says, and checks that it still says it."""

from circulars.review.approval.approving import Approved, Approver, approve_letter, withdraw_approval
from circulars.review.approval.judging import JudgedApproval
from circulars.review.approval.overview import LetterState, RoleApproval, approvals_without_letter, letter_states
from circulars.review.approval.record import Approval
from circulars.review.approval.since import SinceApproval, diff_since_approval, last_approval

__all__ = [
    "Approval",
    "Approved",
    "Approver",
    "JudgedApproval",
    "LetterState",
    "RoleApproval",
    "SinceApproval",
    "approvals_without_letter",
    "approve_letter",
    "diff_since_approval",
    "last_approval",
    "letter_states",
    "withdraw_approval",
]
