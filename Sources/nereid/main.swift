print("nereid")
