"""Views and serializers that take nothing from the project."""

from typing import Any

from rest_framework import parsers, permissions, renderers, serializers, throttling
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


def not_rude(value: str) -> None:
    """A validator."""
    if value == "rude":
        raise serializers.ValidationError("Be polite.", code="rude")


class LineSerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=1, max_value=9)


class NoteSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=5, validators=[not_rude])
    email = serializers.EmailField(required=False)
    kind = serializers.ChoiceField(choices=["a", "b"], default="a")
    lines = LineSerializer(many=True, required=False)
    loud = serializers.SerializerMethodField()

    def get_loud(self, note: dict[str, Any]) -> str:
        """The title, loud."""
        return str(note["title"]).upper()

    def validate_email(self, value: str) -> str:
        """Refuse one domain."""
        if value.endswith("@example.org"):
            raise serializers.ValidationError("Not from there.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a pair of values."""
        if attrs["title"] == attrs["kind"]:
            raise serializers.ValidationError("Title and kind are the same.")
        return attrs


class NoteView(APIView):
    """Reads a body and shows it."""

    permission_classes = [permissions.AllowAny]
    parser_classes = [*APIView.parser_classes, parsers.FormParser, parsers.MultiPartParser]

    def post(self, request: Request) -> Response:
        """Check it."""
        serializer = NoteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data, status=201)


class ManyNotesView(APIView):
    """Reads a list of bodies."""

    permission_classes = [permissions.AllowAny]

    def post(self, request: Request) -> Response:
        """Check them."""
        serializer = NoteSerializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


@api_view(["GET", "POST"])
@permission_classes([permissions.AllowAny])
def echo(request: Request) -> Response:
    """Show what was sent."""
    return Response({"data": request.data, "query": request.query_params})


class SilentView(APIView):
    """Says nothing of permissions."""

    def get(self, request: Request) -> Response:
        """Show who asks."""
        return Response({"email": str(request.user)})


class OncePerDay(throttling.AnonRateThrottle):
    rate = "1/day"


class ThrottledView(APIView):
    """Answers once."""

    permission_classes = [permissions.AllowAny]
    throttle_classes = [OncePerDay]

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response({})


class RenderedView(APIView):
    """Answers in two forms."""

    permission_classes = [permissions.AllowAny]
    renderer_classes = [renderers.JSONRenderer, renderers.StaticHTMLRenderer]

    def get(self, request: Request) -> Response:
        """Answer in the one that is accepted."""
        html = isinstance(request.accepted_renderer, renderers.StaticHTMLRenderer)
        return Response("<p>hello" if html else {"hello": 1})
