"""The criterion of the anatomy paper: neurons go where they write too little along the decision."""
