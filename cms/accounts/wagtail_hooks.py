"""The person's own account in the admin."""

from wagtail.admin.forms.account import NameEmailForm

# Many people have one name. Wagtail's form wants two, and without them refuses the language and the theme as well.
NameEmailForm.base_fields["last_name"].required = False
