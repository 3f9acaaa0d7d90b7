"""Addresses of the desk's files in the admin, under `/admin/translation/files/`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.Languages.as_view(), name="files"),
    path("import/<uuid:pk>/", views.Import.as_view(), name="import"),
    path("exports/<uuid:pk>/", views.Gathered.as_view(), name="export"),
    path("exports/<uuid:pk>/file/", views.GatheredFile.as_view(), name="export_file"),
    path("thing/<uuid:uuid>/", views.ThingFiles.as_view(), name="thing_files"),
    path("thing/<uuid:uuid>/export/", views.ExportThing.as_view(), name="export_thing"),
    path("<slug:language>/", views.LanguageFiles.as_view(), name="language_files"),
    path("<slug:language>/export/", views.ExportOutdated.as_view(), name="export_outdated"),
    path("<slug:language>/memory/", views.MemoryFiles.as_view(), name="memory_files"),
    path("<slug:language>/memory/export/", views.ExportMemory.as_view(), name="export_memory"),
]
