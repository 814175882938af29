"""The people of the sample company: a tree of departments, and who does what in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from tonglu.directory import services as directory
from tonglu.directory.models import Department, Person
from tonglu.policy import Actor, actor_of

from .names import Names, mail_name

DOMAIN = "hengyuan.example"
COMPANY = ("Hengyuan Fluid Equipment", "衡源流体设备")
TREE = (
    ("office", "Management", "总经办", "company"),
    ("sales", "Sales", "销售中心", "company"),
    ("east", "East China team", "华东区", "sales"),
    ("south", "South China team", "华南区", "sales"),
    ("north", "North China team", "华北区", "sales"),
    ("west", "West China team", "西部区", "sales"),
    ("export", "Export team", "海外业务部", "sales"),
    ("inside", "Inside sales", "电话销售组", "sales"),
    ("presales", "Solutions", "售前方案部", "sales"),
    ("marketing", "Marketing", "市场部", "company"),
    ("operations", "Order operations", "订单运营部", "company"),
    ("procurement", "Procurement", "采购部", "company"),
    ("service", "Service", "售后服务部", "company"),
    ("finance", "Finance", "财务部", "company"),
    ("staff", "People and systems", "人事与信息部", "company"),
)
TEAMS = ("east", "south", "north", "west", "export")
SEATS = {"presales": "sales"}
"""Where a role is held elsewhere than in its people's own department: pre-sales engineers work on the deals of every team."""
STAFF = (
    ("managing_director", "office", 1, "总经理"),
    ("sales_director", "sales", 1, "销售总监"),
    ("administrator", "staff", 1, "系统管理员"),
    ("compensation_administrator", "finance", 1, "薪酬提成专员"),
    ("finance", "finance", 6, "财务主管"),
    ("telesales", "inside", 8, "电话销售"),
    ("marketing", "marketing", 6, "市场专员"),
    ("presales", "presales", 8, "售前工程师"),
    ("order_operations", "operations", 8, "订单专员"),
    ("procurement", "procurement", 5, "采购工程师"),
    ("service_engineer", "service", 13, "服务工程师"),
    ("data_steward", "staff", 2, "数据管理员"),
    ("analyst", "office", 2, "经营分析师"),
    ("hr", "staff", 3, "人事专员"),
)
SELLERS = 50
"""Salespeople in the five teams; with one leader each and the staff above they are 120 people."""


@dataclass(kw_only=True)
class People:
    """Who is who: people by role, sellers by team, departments by key."""

    departments: dict[str, Department] = field(default_factory=dict)
    by_role: dict[str, list[Person]] = field(default_factory=dict)
    teams: dict[str, list[Person]] = field(default_factory=dict)
    leaders: dict[str, Person] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)
    trusted: bool = True
    """Whether people of the long past act unasked: what they may do today was decided later."""

    @property
    def sellers(self) -> list[Person]:
        """All salespeople."""
        return self.by_role["salesperson"]

    def first(self, role: str) -> Person:
        """The first person in a role, who can also sign in."""
        return self.by_role[role][0]

    def actor(self, person: Person | None) -> Actor:
        """An actor for a person; the system for nobody."""
        if person is None:
            return Actor.system("job")
        if person.pk not in self.actors:
            self.actors[person.pk] = replace(actor_of(person), is_system=self.trusted)
        return self.actors[person.pk]

    def ask(self) -> None:
        """From here on everybody may do what the policy lets them, and no more."""
        if self.trusted:
            self.trusted = False
            self.actors.clear()


def people_make(random: Random, names: Names, *, share: float, start: date) -> People:
    """Departments, people and their roles; `share` of the full number, at least one in each role and team."""
    people = People()
    _departments(people)
    for role, place, count, title in STAFF:
        for number in range(max(1, round(count * share))):
            boss = people.by_role.get("managing_director", [None])[0] if not number else None
            _hire(people, random, names, role, place, title, boss or _head(people, role), start)
    director = people.first("sales_director")
    for team in TEAMS:
        people.leaders[team] = _hire(
            people, random, names, "team_leader", team, "区域经理", director, start
        )
        for _number in range(max(2, round(SELLERS * share / len(TEAMS)))):
            seller = _hire(
                people,
                random,
                names,
                "salesperson",
                team,
                "销售工程师",
                people.leaders[team],
                start,
            )
            people.teams.setdefault(team, []).append(seller)
    _heads(people)
    return people


def _departments(people: People) -> None:
    company = directory.department_create(name=COMPANY[0], name_zh=COMPANY[1])
    people.departments["company"] = company
    for key, name, name_zh, above in TREE:
        people.departments[key] = directory.department_create(
            name=name, name_zh=name_zh, parent=people.departments[above]
        )


def _head(people: People, role: str) -> Person | None:
    found = people.by_role.get(role)
    return found[0] if found else None


def _hire(  # noqa: PLR0913 - what a contract of employment says
    people: People,
    random: Random,
    names: Names,
    role: str,
    place: str,
    title: str,
    boss: Person | None,
    start: date,
) -> Person:
    abroad = place == "export" or random.random() < 0.05
    name = names.foreigner() if abroad else names.person()
    number = sum(map(len, people.by_role.values())) + 1
    department = people.departments[place]
    person = directory.person_create(
        name=name,
        email=f"{mail_name(name)}{'' if number < 30 else number}@{DOMAIN}",
        phone=names.mobile(),
        employee_number=f"HY{number:04}",
        job_title=title,
        department=department,
        manager=boss,
        joined_on=start - timedelta(days=random.randrange(30, 3000)),
        language="en" if abroad else "zh-hans",
        timezone="Asia/Shanghai",
    )
    seat = people.departments[SEATS.get(role, place)]
    directory.role_assign(person=person, role=role, department=seat)
    person.refresh_from_db()
    people.by_role.setdefault(role, []).append(person)
    return person


def _heads(people: People) -> None:
    heads = {team: people.leaders[team] for team in TEAMS}
    heads |= {"company": people.first("managing_director"), "sales": people.first("sales_director")}
    for role, place in (
        ("finance", "finance"), ("marketing", "marketing"), ("presales", "presales"), ("telesales", "inside"),
        ("order_operations", "operations"), ("procurement", "procurement"), ("service_engineer", "service"), ("hr", "staff"),
    ):  # fmt: skip
        heads[place] = people.first(role)
    for key, person in heads.items():
        department = people.departments[key]
        department.manager = person
        department.version += 1
        department.save(update_fields=["manager", "version", "updated_at"])
