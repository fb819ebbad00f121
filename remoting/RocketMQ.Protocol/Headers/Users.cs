using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>AUTH_CREATE_USER (3001); the user is in the body.</summary>
public sealed class CreateUserRequestHeader : ICommandHeader
{
    public string? Username;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("username"u8, NameKind.User, ref Username);
}

/// <summary>AUTH_UPDATE_USER (3002); the user is in the body.</summary>
public sealed class UpdateUserRequestHeader : ICommandHeader
{
    public string? Username;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("username"u8, NameKind.User, ref Username);
}

/// <summary>AUTH_DELETE_USER (3003).</summary>
public sealed class DeleteUserRequestHeader : ICommandHeader
{
    public string? Username;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("username"u8, NameKind.User, ref Username);
}

/// <summary>AUTH_GET_USER (3004).</summary>
public sealed class GetUserRequestHeader : ICommandHeader
{
    public string? Username;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("username"u8, NameKind.User, ref Username);
}

/// <summary>AUTH_LIST_USER (3005).</summary>
public sealed class ListUsersRequestHeader : ICommandHeader
{
    public string? Filter;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("filter"u8, ref Filter);
}
