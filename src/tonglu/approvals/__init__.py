"""One approval, one place: requests, steps, deputies and decisions.

A *request* asks for one decision about one record; its *steps* follow each other, and each asks some people, any or all of whom
must agree. The module that asks registers its *subject* in `ports`, and is called back in the transaction of the decision. A
decision within the asker's own authority is an *automatic* request: approved at once and only logged.

May import directory, policy, audit, entities, toolkit and kernel.
"""
