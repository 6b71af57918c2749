"""Our verdicts beside those of pyspf and dkimpy, over records and messages made by chance.

Read it in the order in which a case lives:

    zone         DNS data: a text file for us, a function for the others
    keys         RSA and Ed25519 keys from a fixed seed
    spf_terms    terms of SPF records, right ones and wrong ones
    spf_cases    a client, a sender, and the zone in which it is checked
    signer       signing a message, in the plainest way
    dkim_texts   header fields, bodies, signatures and key records, right ones and wrong ones
    dkim_cases   a signed message, what happened to it on the way, and the zone with its keys
    verdicts     what was found, in words that can be compared
    ours         asking `waarmerk check`
    peers        asking pyspf and dkimpy
    differences  the known differences, and who is right
    mends        how a fault of a peer is mended for a moment; pyspf_mends and dkimpy_mends are those

Nothing here reads the product's source or shares code with it.
"""
