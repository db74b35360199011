"""The shopper's screen: a second window, large letters, a language of its own, never more than the shopper's own."""
