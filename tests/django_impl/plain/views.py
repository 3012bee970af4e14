"""Views and serializers that use only DRF, and nothing of the project."""

from typing import Any

from rest_framework import parsers, permissions, renderers, serializers, throttling
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


def validate_not_rude(value: str) -> None:
    """Reject the value "rude"."""
    if value == "rude":
        raise serializers.ValidationError("Be polite.", code="rude")


class LineSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=1, max_value=9)


class NoteSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=5, validators=[validate_not_rude])
    email = serializers.EmailField(required=False)
    kind = serializers.ChoiceField(choices=["a", "b"], default="a")
    lines = LineSerializer(many=True, required=False)
    uppercase = serializers.SerializerMethodField()

    def get_uppercase(self, note: dict[str, Any]) -> str:
        """Return the title in upper case."""
        return str(note["title"]).upper()

    def validate_email(self, value: str) -> str:
        """Reject addresses of one domain."""
        if value.endswith("@example.org"):
            raise serializers.ValidationError("This domain is not allowed.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject a title that equals the kind."""
        if attrs["title"] == attrs["kind"]:
            raise serializers.ValidationError("Title and kind are the same.")
        return attrs


class NoteView(APIView):
    """Validate a body and return its data."""

    permission_classes = [permissions.AllowAny]
    parser_classes = [*APIView.parser_classes, parsers.FormParser, parsers.MultiPartParser]

    def post(self, request: Request) -> Response:
        """Validate one note."""
        serializer = NoteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data, status=201)


class ManyNotesView(APIView):
    """Validate a list of notes."""

    permission_classes = [permissions.AllowAny]

    def post(self, request: Request) -> Response:
        """Validate the notes."""
        serializer = NoteSerializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


@api_view(["GET", "POST"])
@permission_classes([permissions.AllowAny])
def echo(request: Request) -> Response:
    """Return the request's data and query parameters."""
    return Response({"data": request.data, "query": request.query_params})


class DefaultPermissionsView(APIView):
    """A view without `permission_classes`."""

    def get(self, request: Request) -> Response:
        """Return the user of the request."""
        return Response({"email": str(request.user)})


class OncePerDay(throttling.AnonRateThrottle):
    rate = "1/day"


class ThrottledView(APIView):
    """A view that allows one request per day."""

    permission_classes = [permissions.AllowAny]
    throttle_classes = [OncePerDay]

    def get(self, request: Request) -> Response:
        """Return an empty object."""
        return Response({})


class RenderedView(APIView):
    """A view with two renderers."""

    permission_classes = [permissions.AllowAny]
    renderer_classes = [renderers.JSONRenderer, renderers.StaticHTMLRenderer]

    def get(self, request: Request) -> Response:
        """Return the content for the accepted renderer."""
        html = isinstance(request.accepted_renderer, renderers.StaticHTMLRenderer)
        return Response("<p>hello" if html else {"hello": 1})
