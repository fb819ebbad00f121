using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>AUTH_CREATE_ACL (3006); the rules are in the body.</summary>
public sealed class CreateAclRequestHeader : ICommandHeader
{
    public string? Subject;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("subject"u8, NameKind.User, ref Subject);
}

/// <summary>AUTH_UPDATE_ACL (3007); the rules are in the body.</summary>
public sealed class UpdateAclRequestHeader : ICommandHeader
{
    public string? Subject;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("subject"u8, NameKind.User, ref Subject);
}

/// <summary>AUTH_DELETE_ACL (3008).</summary>
public sealed class DeleteAclRequestHeader : ICommandHeader
{
    public string? Subject;
    public string? PolicyType;
    public string? Resource;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("subject"u8, NameKind.User, ref Subject);
        fields.Optional("policyType"u8, ref PolicyType);
        fields.Optional("resource"u8, NameKind.User, ref Resource);
    }
}

/// <summary>AUTH_GET_ACL (3009).</summary>
public sealed class GetAclRequestHeader : ICommandHeader
{
    public string? Subject;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Optional("subject"u8, NameKind.User, ref Subject);
}

/// <summary>AUTH_LIST_ACL (3010).</summary>
public sealed class ListAclsRequestHeader : ICommandHeader
{
    public string? SubjectFilter;
    public string? ResourceFilter;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("subjectFilter"u8, ref SubjectFilter);
        fields.Optional("resourceFilter"u8, ref ResourceFilter);
    }
}
