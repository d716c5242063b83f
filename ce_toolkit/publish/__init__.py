"""Everything that leaves the toolkit: workbooks, pages, charts. What is shown here is masked."""
