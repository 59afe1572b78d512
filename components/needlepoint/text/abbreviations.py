# ruff: noqa: SIM905 - lists of words read best as text
"""Words that take a full stop without ending a sentence, as found in contracts, papers and encyclopaedias.

There are three kinds, because a full stop after them means three things. All are in lower case, without the final stop.
"""

#: A name or a noun must follow: these never end a sentence.
TITLES = frozenset(
    """
    mr mrs ms mx messrs mme mlle dr drs prof profs hon rev revd fr sr br st ste mt ft gen col lt ltcol maj capt cpt
    cmdr adm sgt cpl sen rep reps gov pres supt atty det insp asst assoc dir mgr amb sra srta dipl ing hr hrn frl vs
    cf viz e.g eg i.e ie ca approx resp incl excl esp aka lat long z.b d.h u.a bzw sog ggf vgl evtl
    """.split()
)

#: A number, a letter or a section sign usually follows; before anything else they end the sentence ("It said no. We").
NUMBERED = frozenset(
    """
    no nos nr n° núm num art arts sec secs sect ss §§ fig figs eq eqs eqn eqns tab tbl ex exh exhs app appx ann
    annex sched scheds cl cls para paras par pars subpara subsec p pp pg pgs vol vols iss ch chap chs bk bks pt pts
    ed eds ref refs reg regs rul r l ln ll ver rev abs kap rn bl ziff lit s ser suppl item it op col cols stat ord
    proc supp div amend cap dist cir id ibid
    """.split()
)

#: They occur both inside a sentence and at its end: the next word decides.
EITHER = frozenset(
    """
    inc corp co cos ltd llc llp lp plc pty pte pvt bros gmbh mbh ag sa srl spa jr jnr snr esq al ff seq jan feb
    mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun a.m p.m am pm b.c a.d bc ad
    ph.d m.d b.a m.a u.s u.k u.n e.u d.c dept univ inst assn ave blvd rd hwy bldg natl intl govt mfg dist est max
    min avg temp wt vol hrs hr mins secs yr yrs mo mos ft in lb lbs oz gal mi sq cu cm mm km kg mg ml sp spp subsp
    var str usw u.s.c c.f.r
    """.split()
)

#: Words that begin a new sentence rather than continue a name.
STARTERS = frozenset(
    """
    The This That These Those It He She We They You There Here Such Each Any All Some Many Most Several Both Neither
    Either No None In On At For From With By As To If When While Where Whereas Although Though However Moreover
    Furthermore But And Or Nor So Yet An A Our Their His Her Its My Your Upon Unless Until Notwithstanding After
    Before During Since Because Thus Therefore Hence Nevertheless Also Additionally Finally First Second Third Then
    Under Within Without Once What Who Why How Which Whose Another Other Despite Following According Through
    Throughout Today Now Instead Rather Among Between Over Is Are Was Were Do Does Did Can Nothing Except Pursuant
    Provided Please See Let Not One Two Three Der Die Das Ein Eine Es Er Sie Wir Im In Am Bei Mit Nach Für Auf Le La
    Les Un Une Il Elle Ils Elles El Los Las En
    """.split()
)

#: A letter or numeral after one of these is its name and may end the sentence: "set out in Schedule A. Licensor shall".
LETTERED = frozenset(
    """
    annex annexe appendix article attachment class clause exhibit figure grade group hepatitis level option part party phase
    plan schedule section series table tier type vitamin war
    """.split()
)

#: German and Dutch write "3. Januar": a number before one of these is an ordinal.
MONTHS = frozenset("Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember".split())
