"""The probe: a dozen questions with passages, on which a model's 8-bit and 32-bit results are compared."""

from needlepoint.encoders.tokens import TextTokenizer, Window

MAX_TOKENS = 256

_FERRY = (
    "The ferry Juniper left the northern pier at 7:40 on the morning of 3 May 2019 with 212 passengers and eleven crew. "
    "Twenty minutes later a bearing in the port engine overheated. Captain Ida Moreau turned back and moored at the fish "
    "market instead, because the pier was blocked by a dredger. Nobody was hurt; tickets were refunded the same week."
)
_MILL = (
    "Halder & Sons spun wool in the valley from 1871. In its best year, 1913, the mill employed 640 people and sold most of "
    "its worsted to tailors in Leeds. The founder's granddaughter, Ruth Halder, switched to carpet yarn after the war. The "
    "building, listed since 1988, now houses a museum, two schools of design and a bakery that is open on Sundays."
)
_FROG = (
    "Male glass frogs guard the eggs for up to ten days. The female lays between 18 and 30 of them on the underside of a leaf "
    "above running water, so that tadpoles drop into the stream when they hatch. Wasps are the chief threat: they tear open "
    "the jelly and carry off embryos one by one. In captivity the species lives about fourteen years."
)
_BUDGET = (
    "Operating costs rose by 6.2 % to 48.3 million euros, mainly because of fuel. Revenue grew more slowly, by 4.1 %, so that "
    "the surplus fell from 5.0 to 3.9 million. The board proposes a dividend of 0.35 euros a share, as in the year before, "
    "and wants to put one million aside for a new workshop in Tarn. The auditors raised no objections."
)
PAIRS = (
    ("Who was the captain of the Juniper?", _FERRY),
    ("How many passengers were on board?", _FERRY),
    ("Why did the ferry not moor at the pier?", _FERRY),
    ("Who built the Juniper?", _FERRY),
    ("When was the mill at its largest?", _MILL),
    ("What did Ruth Halder change?", _MILL),
    ("What does the old mill house today?", _MILL),
    ("How many eggs does the female lay?", _FROG),
    ("What is the main danger to the eggs?", _FROG),
    ("What colour are the eggs?", _FROG),
    ("Why did costs rise?", _BUDGET),
    ("How large is the dividend per share?", _BUDGET),
)


def probe_windows(tokenizer: TextTokenizer, max_tokens: int = MAX_TOKENS) -> list[Window]:
    """Return the probe as model inputs.

    :param max_tokens: the longest input that the model can take; at most 256 tokens are used.
    """
    longest = min(max_tokens, MAX_TOKENS)
    questions = tokenizer.encode([question for question, _ in PAIRS])
    passages = tokenizer.encode([passage for _, passage in PAIRS])
    pairs = zip(questions, passages, strict=True)
    return [tokenizer.windows(q, p, max_tokens=longest, stride=longest)[0] for q, p in pairs]
