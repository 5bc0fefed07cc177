"""The help desk's part of the access table: who may knock, in the order of tests/test_access.py."""

OK = [200] * 7
NO_POST = [405] * 7

# route: (arguments, GET, POST without data)
SUPPORT = {
    "help": ((), OK, NO_POST),
    "support:article": (("article",), OK, NO_POST),
}
