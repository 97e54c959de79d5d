#!/usr/bin/perl
# Calls operations of the API with a client that OpenAPI::Client generates from a document.
#
#   api_client.pl DOCUMENT URL TOKEN    each line of standard input is ["operation", {parameters}, body or null];
#                                       prints [status, body] for each
use strict;
use warnings;
use JSON::PP;
use OpenAPI::Client;

my ($document, $url, $token) = @ARGV;
my $json = JSON::PP->new->utf8->canonical;
my $client = OpenAPI::Client->new("file://$document", base_url => $url);
$client->ua->on(start => sub { $_[1]->req->headers->authorization("Bearer $token") });
$| = 1;
while (my $line = <STDIN>) {
  my ($operation, $parameters, $body) = @{$json->decode($line)};
  my $done = $client->call($operation, $parameters, defined $body ? (json => $body) : ());
  print $json->encode([0 + ($done->res->code // 0), $done->res->json]), "\n";
}
