"""The stick: put it in, see what goes and comes, take it out."""
