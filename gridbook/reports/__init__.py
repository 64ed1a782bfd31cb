"""Reports: the monthly ledger as a workbook that any office program opens."""
