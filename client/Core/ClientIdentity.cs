using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace RocketMQ.Client.Core;

/// <summary>Who this client is to brokers: <c>ip@instance[@unit]</c>.</summary>
/// <param name="ClientId">The id that brokers know.</param>
/// <param name="LastingId">An id that stays the same when the process is started again.</param>
internal sealed record ClientIdentity(string ClientId, string LastingId, IPAddress Address)
{
    private const string DefaultInstance = "DEFAULT";

    public static ClientIdentity Of(ClientOptions options, TimeProvider time)
    {
        var address = options.ClientIp is { } ip ? IPAddress.Parse(ip) : LocalAddress();
        var instance = options.InstanceName
            ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}#{time.GetUtcNow().UtcTicks}{Random.Shared.Next(100, 1000)}");
        var unit = options.UnitName is { } name ? "@" + name : "";
        return new ClientIdentity($"{address}@{instance}{unit}", $"{address}@{options.InstanceName ?? DefaultInstance}{unit}", address);
    }

    private static IPAddress LocalAddress()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => !a.IsIPv6LinkLocal)
            .ToList();
        return addresses.Find(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault() ?? IPAddress.Loopback;
    }
}
