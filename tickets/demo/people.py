"""The invented people of the demo: customers' staff, and the desk with its teams, skills and hours."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from tickets.choices import Role, TicketScope, Tier
from tickets.models import (
    Availability,
    Organization,
    OrganizationDomain,
    Skill,
    Team,
    Technician,
    TechnicianSkill,
    TimeOff,
    User,
)

PASSWORD = "demo-pass-1"  # noqa: S105 - the published password of the demo
DESK = "desk.example"

# name, tier, time zone, domains, sites, people
CUSTOMERS = [
    ("Nordlicht Logistik", Tier.GOLD, "Europe/Berlin", ["nordlicht.example", "nordlicht-cargo.example"],
     ["Hamburg", "Bremen depot", "Leipzig hub"],
     ["Femke Oldenhoff", "Jannis Brakelmann", "Svea Dornbusch", "Malte Kieselbach", "Runa Hesselbarth", "Tjark Wiegandt",
      "Elif Saraydar", "Bosse Lindhorst", "Nele Quastenberg"]),
    ("Harbor & Pine Architects", Tier.SILVER, "America/New_York", ["harborpine.example"],
     ["the Boston studio", "Providence"],
     ["Marguerite Ashdown", "Delroy Finchley", "Wren Castellane", "Octavia Brightwater", "Silas Penhallow", "Noor Elhadary",
      "Tobin Marchetti", "Imani Rockwell"]),
    ("Meridian Dental", Tier.STANDARD, "Europe/London", ["meridiandental.example"],
     ["the Leeds practice", "the York practice", "Harrogate"],
     ["Bronwen Tallis", "Callum Featherby", "Priti Anandkumar", "Isla Hathersage", "Rowan Birtwhistle", "Oluchi Nwabueze",
      "Gethin Prosser", "Maeve Tunstall"]),
    ("Wattle Creek Foods", Tier.GOLD, "Australia/Sydney", ["wattlecreek.example"],
     ["the Orange plant", "Parramatta office", "the cold store"],
     ["Kirra Dunmore", "Lachlan Petrovski", "Matilda Yarrow", "Hamish Goldthorpe", "Tuyet Lam-Carver", "Bodhi Strickland",
      "Saskia Wollondilly", "Angus Merriweather"]),
]  # fmt: skip
TEAMS = {
    "Service Desk": "First contact: accounts, workplaces, printers, phones.",
    "Network": "Lines, Wi-Fi, VPN, firewalls and telephony.",
    "Infrastructure": "Servers, storage, backup, mail and security.",
    "Business Apps": "ERP, licences and the programs of each trade.",
}
# name, teams, skills with proficiency, time zone, first and last hour, maximum load
TECHNICIANS = [
    ("Ines Kaltenbrunn", ["Service Desk"], {"Windows": 8, "Printers": 9, "Mail": 6}, "Europe/Berlin", 7, 16, 25),
    ("Tariq Bellweather", ["Network"], {"VPN": 9, "Wi-Fi": 8, "Firewalls": 9}, "Europe/Berlin", 8, 17, 18),
    ("Lotte Vandersloot", ["Infrastructure"], {"Backup": 9, "Windows Server": 8, "Storage": 7}, "Europe/Berlin", 8, 17, 16),
    ("Kofi Mensah-Reid", ["Business Apps"], {"ERP": 9, "SQL": 8, "Reporting": 7}, "Europe/London", 8, 17, 16),
    ("Yuki Harrowgate", ["Service Desk"], {"Onboarding": 9, "Mac": 8, "Mail": 7}, "Europe/London", 9, 18, 25),
    ("Dario Fontanelle", ["Network", "Service Desk"], {"Telephony": 9, "Wi-Fi": 6, "VPN": 5}, "America/New_York", 8, 17, 20),
    ("Signe Aldercott", ["Infrastructure"], {"Security": 10, "Mail": 9, "Linux": 7}, "America/New_York", 9, 18, 16),
    ("Mateus Corvelho", ["Business Apps", "Service Desk"], {"CAD": 8, "Licences": 8, "Windows": 6}, "America/New_York", 8, 17, 20),
    ("Aroha Tennant", ["Service Desk", "Infrastructure"], {"Windows": 7, "Backup": 6, "ERP": 4}, "Australia/Sydney", 7, 16, 22),
]  # fmt: skip
CERTIFICATIONS = {
    "Firewalls": ["Network Security Engineer"],
    "Security": ["Incident Handler", "Cloud Security"],
    "ERP": ["Finance Module Consultant"],
    "Backup": ["Backup Architect"],
    "Windows Server": ["Hybrid Administrator"],
}
# first day counted from today, length in days, reason, index of the technician
TIMES_OFF = [
    (-34, 11, "Annual leave", 0),
    (-12, 3, "Training", 6),
    (-1, 4, "Parental leave", 3),
    (5, 12, "Annual leave", 2),
]


@dataclass(frozen=True)
class Customer:
    organization: Organization
    people: list[User]
    sites: list[str]


@dataclass(frozen=True)
class Cast:
    """Everybody on stage."""

    admin: User
    manager: User
    customers: list[Customer]
    technicians: dict[str, list[User]]  # by team
    teams: dict[str, Team]


def make_cast(now: datetime) -> Cast:
    """Store the demo people; the four of the contract share one password, the others cannot sign in."""
    key = make_password(PASSWORD)
    admin = _person("Vesna Holmquist", "admin@example.com", Role.ADMIN, now, password=key)
    manager = _person(
        "Idris Calloway", "manager@example.com", Role.MANAGER, now, password=key, time_zone="Europe/London"
    )
    tech = _person(
        "Robin Achterberg", "tech@example.com", Role.TECHNICIAN, now, password=key, time_zone="Europe/Berlin"
    )
    teams = {name: Team.objects.create(name=name, description=text, lead=manager) for name, text in TEAMS.items()}
    technicians = _make_technicians(tech, teams, now)
    customers = [_make_customer(row, now) for row in CUSTOMERS]
    home = customers[1]
    customer = _person(
        "Juniper Vale",
        "customer@example.com",
        Role.REQUESTER,
        now,
        password=key,
        organization=home.organization,
        time_zone="America/New_York",
    )
    home.people.insert(0, customer)
    for user in (admin, manager, tech, customer):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return Cast(admin, manager, customers, technicians, teams)


def _person(name: str, email: str, role: Role, now: datetime, *, password: str = "", **fields: Any) -> User:
    """Store a user, who without a hashed password cannot sign in."""
    user = User(
        name=name,
        email=email,
        username=email.partition("@")[0],
        role=role,
        password=password or make_password(None),
        **fields,
    )
    user.date_joined = now - timedelta(days=90)
    if user.is_support_staff:
        user.signature = f"{name}\nTicketsite support"
    user.save()
    return user


def _address(name: str, domain: str) -> str:
    return f"{name.lower().replace(' ', '.')}@{domain}"


def _make_customer(row: tuple[str, Tier, str, list[str], list[str], list[str]], now: datetime) -> Customer:
    name, tier, zone, domains, sites, names = row
    organization = Organization.objects.create(name=name, tier=tier, time_zone=zone)
    OrganizationDomain.objects.bulk_create(
        [OrganizationDomain(organization=organization, domain=domain) for domain in domains]
    )
    people = [
        _person(who, _address(who, domains[0]), Role.REQUESTER, now, organization=organization, time_zone=zone)
        for who in names
    ]
    people[0].ticket_scope = TicketScope.ORGANIZATION  # the office manager
    people[0].save(update_fields=["ticket_scope"])
    return Customer(organization, people, sites)


def _make_technicians(tech: User, teams: dict[str, Team], now: datetime) -> dict[str, list[User]]:
    rows = [(tech, ["Service Desk", "Network"], {"Windows": 7, "VPN": 6, "Printers": 5}, "Europe/Berlin", 8, 17, 20)]
    rows += [
        (
            _person(name, _address(name, DESK), Role.TECHNICIAN, now, time_zone=zone),
            names,
            skills,
            zone,
            first,
            last,
            load,
        )
        for name, names, skills, zone, first, last, load in TECHNICIANS
    ]
    by_team: dict[str, list[User]] = {name: [] for name in teams}
    made: list[Technician] = []
    for user, names, skills, _, first, last, load in rows:
        technician = Technician.objects.create(user=user, max_load=load)
        technician.teams.set([teams[name] for name in names])
        _give_skills(technician, skills)
        Availability.objects.bulk_create(
            [Availability(technician=technician, weekday=day, starts=time(first), ends=time(last)) for day in range(5)]
        )
        made.append(technician)
        for name in names:
            by_team[name].append(user)
    today = now.date()
    for start, days, reason, index in TIMES_OFF:
        first_day = today + timedelta(days=start)
        TimeOff.objects.create(
            technician=made[index + 1],
            first_day=first_day,
            last_day=first_day + timedelta(days=days - 1),
            reason=reason,
        )
    return by_team


def _give_skills(technician: Technician, skills: dict[str, int]) -> None:
    for name, proficiency in skills.items():
        skill, _ = Skill.objects.get_or_create(name=name)
        TechnicianSkill.objects.create(
            technician=technician, skill=skill, proficiency=proficiency, certifications=CERTIFICATIONS.get(name, [])
        )
