"""The mail laboratory: a real Postfix, a real resolver and real signed zones around one milter.

Read it in the order in which it comes to life:

    place      where everything is: a private namespace, or high ports
    namespace  entering that namespace and furnishing it
    children   processes that are waited for and never left behind
    zones      the domains of the senders, as text
    keys       one RSA and one Ed25519 key, made for each run
    dns        Knot signs the zones, Unbound validates them
    postfix    the mail server
    milter     waarmerk-milter, the program under test
    letters    messages, and what happens to them on the way
    scenarios  the table: what is sent, and what must become of it
    smtp       sending one message as a client from anywhere
    observe    what became of it: the log line, the inbox, the hold queue
    reports    reports about it to the domain owners, through the same Postfix
    table      the same for people
    world      all of it together

Nothing here reads the product's source or shares code with it: messages are signed by dkimpy, and
results are read from the aggregate log, from delivered mail and from SMTP replies.
"""
