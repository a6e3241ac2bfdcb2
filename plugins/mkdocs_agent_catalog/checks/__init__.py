"""What is wrong or worth a question: one function a check, found by its mark."""
