"""What is written in the book: fields and rules, without files or windows."""
