"""Review of registered hours against evidence: the frame, a draw that anyone can repeat, the reviewer's worksheet."""

from ce_toolkit.review.frame import Frame, draw_sample, freeze_frame
from ce_toolkit.review.tickets import draw, parse_seed, ticket_number
from ce_toolkit.review.worksheet import Heading, write_worksheet

__all__ = ["Frame", "Heading", "draw", "draw_sample", "freeze_frame", "parse_seed", "ticket_number", "write_worksheet"]
