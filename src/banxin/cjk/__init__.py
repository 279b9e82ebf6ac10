"""What is known of Chinese text before it has a font, a size or a page."""
