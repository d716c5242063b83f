"""What is published of a year: tables as pages, charts, workbook, report, one page of all."""
