"""What a book is made of: fonts, photographs, inks."""
