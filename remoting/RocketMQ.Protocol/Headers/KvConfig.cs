using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>PUT_KV_CONFIG (100).</summary>
public sealed class PutKVConfigRequestHeader : ICommandHeader
{
    public string Namespace = "";
    public string Key = "";
    public string Value = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("namespace"u8, ref Namespace);
        fields.Required("key"u8, ref Key);
        fields.Expected("value"u8, ref Value);
    }
}

/// <summary>GET_KV_CONFIG (101).</summary>
public sealed class GetKVConfigRequestHeader : ICommandHeader
{
    public string Namespace = "";
    public string Key = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("namespace"u8, ref Namespace);
        fields.Expected("key"u8, ref Key);
    }
}

/// <summary>Reply to <see cref="GetKVConfigRequestHeader"/>.</summary>
public sealed class GetKVConfigResponseHeader : ICommandHeader
{
    public string? Value;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("value"u8, ref Value);
}

/// <summary>DELETE_KV_CONFIG (102).</summary>
public sealed class DeleteKVConfigRequestHeader : ICommandHeader
{
    public string Namespace = "";
    public string Key = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("namespace"u8, ref Namespace);
        fields.Expected("key"u8, ref Key);
    }
}

/// <summary>GET_KVLIST_BY_NAMESPACE (219).</summary>
public sealed class GetKVListByNamespaceRequestHeader : ICommandHeader
{
    public string Namespace = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("namespace"u8, ref Namespace);
}
