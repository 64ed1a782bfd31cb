"""Old registers: workbooks and tables of text, read with care, checked row by row, loaded whole."""
