"""Signing in and up, as JSON."""

from typing import Any

from rest_framework import serializers


class RegisterSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(min_length=10)
    username = serializers.CharField(required=False, max_length=150, help_text="Made from the address unless given.")
    name = serializers.CharField(required=False, max_length=150)


class RegisteredSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    email = serializers.EmailField()
    detail = serializers.CharField()


class LoginSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(required=False, help_text="Or `email`; either name may stand in either field.")
    email = serializers.CharField(required=False)
    password = serializers.CharField()
    otp = serializers.CharField(required=False, help_text="One-time or recovery code, where a second factor is set up.")


class RefreshSerializer(serializers.Serializer[Any]):
    refresh_token = serializers.CharField()


class TokensSerializer(serializers.Serializer[Any]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    token_type = serializers.ChoiceField(["bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds the access token is good for.")
