"""The solver cvc5 as a program that reads SMT-LIB from its input, for its package on PyPI, which has bindings alone."""

import sys

import cvc5


def commands(lines):
    """Commands one by one: a line, or several until the parentheses close. Strings and |symbols| may hold any."""
    text, depth, quote = "", 0, None
    for line in lines:
        for sign in line:
            if quote is not None:
                quote = None if sign == quote else quote
            elif sign in '"|':
                quote = sign
            elif sign == ";":
                break
            else:
                depth += (sign == "(") - (sign == ")")
        text += line
        if depth == 0 and quote is None and text.strip():
            yield text
            text = ""


def start():
    solver = cvc5.Solver(cvc5.TermManager())
    # Milliseconds for one question; what takes longer is not proved.
    solver.setOption("tlimit-per", "60000")
    return solver, cvc5.InputParser(solver)


def main():
    solver, parser = start()
    for text in commands(sys.stdin):
        if text.strip() == "(reset)":
            # A parser keeps its logic, of which each question sets one.
            solver, parser = start()
            continue
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "policies")
        while True:
            command = parser.nextCommand()
            if command.isNull():
                break
            if command.getCommandName() == "exit":
                return
            sys.stdout.write(command.invoke(solver, parser.getSymbolManager()))
            sys.stdout.flush()


main()
