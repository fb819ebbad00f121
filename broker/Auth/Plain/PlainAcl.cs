using System.Net;

namespace RocketMQ.Broker.Auth.Plain;

/// <summary>The accounts of ACL 1.0, read once at start from plain_acl.yml.</summary>
/// <param name="trusted">Addresses from which nothing is asked of anybody.</param>
/// <param name="accounts">By access key.</param>
internal sealed class PlainAcl(IReadOnlyList<AddressPattern> trusted, IReadOnlyDictionary<string, PlainAccount> accounts)
{
    public PlainAccount? Find(string accessKey) => accounts.GetValueOrDefault(accessKey);

    /// <summary>Whether a request is served without a look at it, because of where it comes from.</summary>
    public bool Trusts(IPAddress? source, string? accessKey) =>
        (source is not null && trusted.Any(pattern => pattern.Matches(source)))
        || (accessKey is not null && Find(accessKey)?.IsTrusted(source) == true);
}
