"""Review of registered hours against evidence: the frame, a draw that anyone can repeat, the reviewer's worksheet."""
