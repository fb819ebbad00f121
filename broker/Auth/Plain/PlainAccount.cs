using System.Net;

namespace RocketMQ.Broker.Auth.Plain;

/// <summary>An account of a plain_acl.yml, as a user and its rules.</summary>
/// <param name="User">Its keys; a super user where it is an admin.</param>
/// <param name="Rules">What its permissions come to.</param>
/// <param name="Trusted">Addresses from which nothing is asked of it; null for none.</param>
internal sealed record PlainAccount(User User, AccessList Rules, AddressPattern? Trusted)
{
    public bool IsTrusted(IPAddress? source) => source is not null && Trusted?.Matches(source) == true;
}
