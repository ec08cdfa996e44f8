"""Names of places, companies and people; every one is made up."""

REGIONS = ("AMER", "EMEA", "APAC")
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
CURRENCIES = ("USD", "EUR", "GBP", "JPY")
ZERO_DECIMAL = ("JPY",)

# country, region, currency, weight
COUNTRIES = (
    ("United States", 0, 0, 42),
    ("Canada", 0, 0, 7),
    ("Brazil", 0, 0, 3),
    ("United Kingdom", 1, 2, 13),
    ("Germany", 1, 1, 9),
    ("France", 1, 1, 6),
    ("Netherlands", 1, 1, 4),
    ("Israel", 1, 0, 2),
    ("Japan", 2, 3, 7),
    ("Australia", 2, 0, 4),
    ("Singapore", 2, 0, 3),
)

INDUSTRIES = (
    "Software", "Financial Services", "Healthcare", "Manufacturing", "Retail",
    "Logistics", "Media", "Education", "Professional Services", "Energy",
)

FIRST_WORDS = (
    "Alder", "Amber", "Basalt", "Birch", "Bluewater", "Borealis", "Bramble", "Cedar", "Cinder",
    "Cobalt", "Copper", "Coral", "Delta", "Dune", "Ember", "Falcon", "Fjord", "Granite", "Harbor",
    "Hazel", "Heron", "Indigo", "Ivory", "Juniper", "Kestrel", "Lantern", "Larch", "Lumen", "Maple",
    "Meridian", "Mistral", "Müller", "Nimbus", "Nordlicht", "Oak", "Obsidian", "Onyx", "Opal",
    "Orchid", "Osprey", "Pinnacle", "Prairie", "Quartz", "Raven", "Redwood", "Sable", "Saffron",
    "Sequoia", "Sierra", "Silver", "Solstice", "Summit", "Tamarind", "Tidewater", "Umber", "Vertex",
    "Violet", "Willow", "Zenith", "Étoile", "桜",
)
SECOND_WORDS = (
    "Analytics", "Biotech", "Capital", "Clinics", "Cloud", "Dynamics", "Energy", "Foods", "Freight",
    "Health", "Holdings", "Insurance", "Labs", "Learning", "Logistics", "Materials", "Media",
    "Mobility", "Networks", "Optics", "Partners", "Payments", "Retail", "Robotics", "Security",
    "Services", "Studios", "Systems", "Telecom", "Travel", "Ventures", "Works",
)
SUFFIXES = ("", "", "", " Ltd", " Inc", ", Inc.", " GmbH", " Group")

FIRST_NAMES = (
    "Ada", "Amara", "Anders", "Anika", "Arjun", "Beatriz", "Carlos", "Chloé", "Daniel", "Elena",
    "Emeka", "Fatima", "Grace", "Hana", "Hugo", "Ingrid", "Ivan", "Jamal", "Julia", "Kenji", "Lena",
    "Liam", "Lucía", "Marco", "Maya", "Mei", "Nadia", "Noah", "Olu", "Omar", "Priya", "Rosa",
    "Samir", "Sofia", "Søren", "Tariq", "Thandi", "Viktor", "Yuki", "Zoe",
)
LAST_NAMES = (
    "Abebe", "Andersson", "Banerjee", "Bauer", "Becker", "Castillo", "Chen", "Costa", "Diallo",
    "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Hansen", "Ito", "Ivanova", "Jansen",
    "Johnson", "Kaur", "Kim", "Kowalski", "Larsen", "Lopez", "Mbeki", "Moreau", "Nakamura", "Ncube",
    "O'Brien", "Okafor", "Patel", "Petrov", "Reyes", "Rossi", "Sato", "Schmidt", "Silva", "Singh",
    "Tanaka", "Weber",
)
TITLES = (
    "VP Operations", "Head of Data", "Director of IT", "Operations Manager", "Analyst",
    "Chief Financial Officer", "Programme Manager", "Administrator", "Team Lead",
)
LOSS_REASONS = ("Price", "Competitor", "No longer needed", "Product gap", "Budget", "Poor support")
