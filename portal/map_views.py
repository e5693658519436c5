"""The pages of world maps: the partners of a country, the members of an organization."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.http import content_disposition_header

from core.dates import today
from core.errors import invalid_file_request
from core.exports import download, file_name, origin_of, refuse_unknown
from core.urls import TABLES
from core.views import files_of, query_of
from portal import partner_maps
from portal.forms import MapForm, PartnerMapForm
from portal.maps import ValueMap, members_map
from relations.models import Country, Organization
from relations.scopes import of_country
from relations.views import DetailPage


class MapPage(DetailPage):
    """A world map with its table, or a file. An invalid choice is answered with 400."""

    formats = ("svg", *TABLES)
    # The name of the file's column with the slug of the row that the map is about.
    column = ""

    def asked(self):
        """The form with the choices of the reader."""
        return MapForm(self.request.GET)

    def found(self, form) -> ValueMap:
        """The map for a valid form."""
        raise NotImplementedError

    def get(self, request, *args, form="html", **kwargs):
        self.object = self.get_object()
        asked = self.asked()
        if form != "html":
            refuse_unknown(asked, *asked.fields)
            if not asked.is_valid():
                return invalid_file_request(form, asked)
        found = self.found(asked) if asked.is_valid() else None
        if form != "html":
            return self.file(asked, found, form)
        query = query_of(asked)
        asked.show_day()
        when = self.in_words(asked) if found else ""
        context = self.get_context_data(
            form=asked,
            map=found,
            query=query,
            files=files_of(request.path, self.formats, query) if found else [],
            when=when,
            title_details=[when] if when else [],
        )
        return self.render_to_response(context, status=200 if found else 400)

    def when(self, form) -> dict:
        """The time of the map as a column of the file."""
        return {"day": form.day.isoformat()}

    def in_words(self, form) -> str:
        """The time of the map in words."""
        return date_format(form.day, "j F Y")

    def file(self, form, found, ending):
        name = file_name(f"map_{self.object.slug}", form, ending)
        if ending != "svg":
            about = {self.column: self.object.slug} | self.when(form)
            rows = (
                about | {"country": row.country.slug, "iso3": row.country.iso3} | row.values
                | {"url": row.url}
                for row in found.rows
            )  # fmt: skip
            return download(self.request, rows, ending, name, lambda: [*about, "country", "iso3"])
        drawn = {
            "map": found,
            "object": self.object,
            "when": self.in_words(form),
            "alone": True,
            "origin": origin_of(self.request),
            "made": today(),
            "page": self.request.build_absolute_uri().replace(".svg", "/", 1),
        }
        return HttpResponse(
            render_to_string("charts/_world_map.svg", drawn),
            content_type="image/svg+xml; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(False, name)},
        )


class CountryMap(MapPage):
    """A country's partners by treaties, missions or visits on a day, or by trade in a year."""

    model = Country
    scopes = staticmethod(of_country)
    template_name = "portal/country_map.html"
    parameters = tuple(PartnerMapForm.base_fields)
    column = "of"

    def asked(self):
        return PartnerMapForm(self.request.GET, lambda: partner_maps.trade_years(self.object))

    def get_context_data(self, form, **kwargs):
        on = self.request.GET.get("on") if form.is_valid() else ""
        themes = form.SHOWN.items()
        return super().get_context_data(form=form, themes=themes, on=on, **kwargs)

    def when(self, form):
        return {"year": form.chosen_year} if form.shown == "trade" else super().when(form)

    def in_words(self, form):
        return str(form.chosen_year or "") if form.shown == "trade" else super().in_words(form)

    def found(self, form):
        if form.shown == "trade":
            return partner_maps.trade_map(self.object, form.chosen_year)
        return getattr(partner_maps, f"{form.shown}_map")(self.object, form.day)


class OrganizationMap(MapPage):
    """The members of an organization on a day."""

    model = Organization
    queryset = Organization.objects.public()
    template_name = "portal/organization_map.html"
    parameters = tuple(MapForm.base_fields)
    merges_as = "organization"
    column = "organization"

    def found(self, form):
        return members_map(self.object, form.day)
