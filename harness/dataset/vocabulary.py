"""The words of names and descriptions. A change of these words changes every row of the data set."""

type Tree = dict[str, Tree | tuple[str, ...]]

CATEGORIES: Tree = {
    "Kitchen": {
        "Café & Tea": ("Teapot", "Coffee Grinder", "Espresso Cup", "Milk Jug", "Tea Strainer", "Moka Pot"),
        "Cooking": {
            "Cookware": ("Frying Pan", "Saucepan", "Casserole", "Wok", "Stockpot", "Griddle", "Crêpe Pan"),
            "Bakeware": ("Loaf Tin", "Cake Ring", "Rolling Pin", "Mixing Bowl", "Gâteau Stand"),
            "Knives": ("Chef Knife", "Bread Knife", "Paring Knife", "Sharpening Stone"),
        },
        "Storage Jars": ("Storage Jar", "Spice Rack", "Bread Box", "Preserving Jar"),
        "Table Linen": ("Tablecloth", "Napkin Set", "Table Runner", "Apron"),
    },
    "Living": {
        "Lamps": ("Desk Lamp", "Floor Lamp", "Pendant Lamp", "Lantern", "Reading Light", "Candle Holder"),
        "Cushions & Throws": ("Cushion", "Throw", "Floor Pillow", "Bolster"),
        "Décor": ("Vase", "Wall Clock", "Picture Frame", "Mirror", "Étagère", "Bookend"),
        "Rugs": ("Rug", "Runner", "Doormat", "Sheepskin"),
        "Chairs": ("Armchair", "Rocking Chair", "Footstool", "Bench", "Bar Stool"),
    },
    "Garden": {
        "Hand Tools": ("Trowel", "Pruner", "Weeder", "Bulb Planter", "Dibber", "Hand Fork"),
        "Pots & Planters": ("Flower Pot", "Window Box", "Hanging Basket", "Raised Bed"),
        "Watering": ("Watering Can", "Garden Hose", "Rain Barrel", "Sprinkler"),
        "Garden Furniture": ("Deck Chair", "Garden Bench", "Parasol", "Hammock", "Bistro Table"),
        "Birds & Bees": ("Bird Feeder", "Nest Box", "Bee Hotel"),
    },
    "Office": {
        "Writing": {
            "Notebooks": ("Notebook", "Sketchbook", "Planner", "Address Book", "Diary"),
            "Pens & Ink": ("Fountain Pen", "Rollerball", "Ink Bottle", "Pencil Set", "Calligraphy Set"),
        },
        "Desk Accessories": ("Pen Holder", "Letter Tray", "Desk Pad", "Paperweight", "Tape Dispenser"),
        "Bags & Cases": ("Briefcase", "Laptop Sleeve", "Messenger Bag", "Document Case"),
    },
    "Outdoors": {
        "Camping": ("Tent", "Sleeping Bag", "Camp Stove", "Mess Tin", "Headlamp", "Sleeping Mat"),
        "Hiking": ("Rucksack", "Trekking Pole", "Compass", "Gaiters", "Map Case"),
        "Cycling": ("Bicycle Bell", "Pannier", "Saddle", "Frame Bag", "Bottle Cage"),
        "Water Sports": ("Dry Bag", "Paddle", "Life Vest", "Swim Goggles"),
        "Flasks & Bottles": ("Vacuum Flask", "Water Bottle", "Hip Flask", "Lunch Box"),
    },
    "Children": {
        "Wooden Toys": ("Building Blocks", "Train Set", "Stacking Tower", "Spinning Top", "Marble Run"),
        "Soft Toys": ("Teddy Bear", "Rabbit", "Elephant", "Hand Puppet"),
        "Games & Puzzles": ("Jigsaw Puzzle", "Chess Set", "Dominoes", "Card Game", "Memory Game"),
        "Nursery": ("Night Light", "Mobile", "Cot Blanket", "Bib Set"),
    },
    "Bath": {
        "Towels": ("Bath Towel", "Hand Towel", "Sauna Towel", "Bathrobe", "Bath Mat"),
        "Soap & Care": ("Soap Bar", "Shaving Brush", "Shaving Soap", "Nail Set", "Hair Brush"),
        "Bathroom Fittings": ("Soap Dish", "Tumbler", "Towel Rail", "Laundry Basket"),
    },
    "Music": {
        "Strings": ("Ukulele", "Violin Bow", "Guitar Strap", "Capo", "Rosin"),
        "Percussion": ("Cajón", "Bongo Pair", "Tambourine", "Shaker", "Drum Sticks"),
        "Stands & Cases": ("Music Stand", "Instrument Case", "Metronome"),
    },
    "Gift Cards": {},
}
"""The tree of categories; its leaves list the product_types they sell."""

MAKERS = (
    *(
        "Ålesund",
        "Ardèche",
        "Bergen",
        "Besançon",
        "Brême",
        "Čapek",
        "Carrick",
        "Córdoba",
        "Dalarna",
        "Dordogne",
        "Eifel",
    ),
    *("Évora", "Fano", "Fünen", "Galway", "Gdańsk", "Göteborg", "Harris", "Hebden", "Ísafjörður", "Jæren", "Kecskemét"),
    *("Kyoto", "Liège", "Łódź", "Málaga", "Møn", "Närke", "Nîmes", "Olomouc", "Örebro", "Orkney", "Poznań", "Quimper"),
    *(
        "Reykjavík",
        "Rhön",
        "Sèvres",
        "Sintra",
        "Skåne",
        "Solingen",
        "Tårnby",
        "Tokaj",
        "Turku",
        "Ümit",
        "Valais",
        "Vogtland",
    ),
    *("Västerås", "Whitby", "Yonne", "Zürich", "Žilina", "Αθήνα", "Κρήτη", "Байкал", "Сокол", "京都", "有田"),
)

QUALITIES = (
    *("Classic", "Compact", "Everyday", "Foldable", "Hand-Made", "Heavy", "Heritage", "Large", "Light", "Little"),
    *("Modern", "Natural", "Organic", "Original", "Plain", "Pocket", "Professional", "Quiet", "Recycled", "Robust"),
    *("Round", "Rustic", "Simple", "Slim", "Small", "Soft", "Solid", "Square", "Studio", "Sturdy"),
    *("Timeless", "Traditional", "Travel", "Two-Tone", "Vintage", "Weatherproof", "Workshop"),
)

FINISHES = (
    *("", "Anthracite", "Ash", "Bordeaux", "Brass", "Café au Lait", "Chalk White", "Charcoal", "Cherry", "Copper"),
    *("Crème", "Curry", "Forest Green", "Indigo", "Ivory", "Lilac", "Midnight Blue", "Mint", "Oak", "Ochre"),
    *("Olive", "Petrol", "Rosé", "Sand", "Slate", "Steel", "Terracotta", "Walnut", "Zinc"),
)

MATERIALS = (
    *("beech", "cast iron", "cork", "cotton", "enamelled steel", "felt", "glass", "hemp", "leather", "linen", "oak"),
    *("porcelain", "recycled paper", "stainless steel", "stoneware", "walnut", "willow", "wool"),
)

SENTENCES = (
    "Made of {material} and finished by hand.",
    "The {material} comes from a family business that has worked with it for {number} years.",
    "Measures {number} by {other} cm and weighs {weight} g.",
    "Größe: {number} x {other} cm; Füße aus {material}.",
    "Fabriqué en petite série, à {number} exemplaires par jour.",
    "Hecho a mano: cada pieza es única.",
    "Wipe clean with a damp cloth; never use bleach on {material}.",
    "Delivered in a box of recycled cardboard, {number} cm long.",
    "Tested {number} times a day for {other} days before it leaves the workshop.",
    "Spare parts are kept for {number} years & sent within {other} days.",
    'Reviewers call it "the one to keep"; we call it no. {number}.',
    "Temperatures from minus {number} °C to {weight} °C do it no harm.",
    "Fits most holders <{number} mm> — please measure first.",
    "Because {material} is a natural material, colour and grain differ from piece to piece.",
    "It won't scratch, won't fade, and won't ask for attention.",
    "手作りの品です。サイズは{number} cm。",
    "Χειροποίητο, με εγγύηση {number} ετών.",
    "Ручная работа, гарантия {number} года.",
    "Good company at breakfast ☕ and on the road 🚲.",
    "Guaranteed for {number} years.",
    "Care:\n\t- rinse after use\n\t- dry at once\n\t- oil the {material} every {number} weeks",
    "Available from our workshop C:\\{material} at {number} % off for returning customers.",
)

FIRST_NAMES = (
    *("Aino", "Amélie", "Anna", "Bjørn", "Chloë", "Dmitri", "Eleni", "Fatma", "George", "Hana", "Inês", "Jürgen"),
    *("Kenji", "Léa", "Maria", "Noah", "Olga", "Paweł", "Quinn", "Renée", "Søren", "Thảo", "Uri", "Vera", "Wei", "Zoë"),
)

LAST_NAMES = (
    *("Andersen", "Bianchi", "Çelik", "Dvořák", "Eriksson", "Fernández", "García", "Horváth", "Ivanova", "Jansen"),
    *("Kowalski", "Lefèvre", "Müller", "Nguyễn", "O'Connor", "Papadopoulos", "Rossi", "Sato", "Smith", "Þórsson"),
)
